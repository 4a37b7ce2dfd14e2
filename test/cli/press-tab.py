"""Types lines into a shell on a terminal of its own, and prints what stands there after the tabulator key.

    python3 press-tab.py COMMAND START LINES

COMMAND is the shell as a JSON list of words. START is run first; it has to print "ready" at its end. LINES is a JSON list of
{"line": TEXT, "expected": [WORD...]}. Each TEXT is typed, with the tabs in it, and what stands on the terminal once it has all the
words, or LIMIT seconds later, is printed as a JSON string a line, without control sequences.
"""

import json
import os
import pty
import re
import select
import sys
import time

LIMIT = 30
QUIET = 0.5


def read(terminal, words):
    """Reads until all words are there, or, without any, until nothing comes for a while."""
    text = ''
    end = time.time() + LIMIT
    while time.time() < end:
        ready, _, _ = select.select([terminal], [], [], QUIET)
        if not ready:
            if words:
                continue
            break
        piece = os.read(terminal, 65536).decode('utf8', 'replace')
        if '\x1b[c' in piece or '\x1b[0c' in piece:  # fish asks what the terminal is
            os.write(terminal, b'\x1b[?62;c')
        text += re.sub(r'\x1b\][^\x07]*\x07|\x1b[\[(][0-9;?]*[A-Za-z]', '', piece)
        if words and all(word in text for word in words):
            break
    return text


command, start, lines = json.loads(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
time.sleep(QUIET)
read(terminal, [])
os.write(terminal, (start + '\n').encode())
read(terminal, ['ready\r\n'])
read(terminal, [])
for row in lines:
    os.write(terminal, row['line'].encode())
    print(json.dumps(read(terminal, row['expected'])), flush=True)
    read(terminal, [])
    os.write(terminal, b'\x15')
    read(terminal, [])
os.kill(child, 9)
