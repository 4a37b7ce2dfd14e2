/** Mocha's spec reporter, plus a last line that is easy to find and to parse: `N passed, N failed[, N skipped]`. */

import Mocha from 'mocha';

export default class SummaryReporter extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
