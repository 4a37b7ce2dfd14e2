/** What is wrong with a line of a script, while it is read: which word it is about, and the error that becomes of it. */

import {
  ConfigError,
  NotModelledError,
  UndeclaredError,
  type SourceLocation,
} from '../pipeline/command/config-error.js';

/** What is wrong with a line, and the column where. */
export class Complaint extends Error {
  constructor(
    readonly column: number,
    message: string,
  ) {
    super(message);
  }

  errorAt(line: SourceLocation): ConfigError {
    return new ConfigError({ ...line, column: this.column }, this.message);
  }
}

/** The line is a command of VPP that is not modelled, or not in this form. */
export class NotModelledComplaint extends Complaint {
  constructor(
    column: number,
    message: string,
    /** The command's words in full. */
    readonly path: string,
  ) {
    super(column, message);
  }

  override errorAt(line: SourceLocation): ConfigError {
    return new NotModelledError({ ...line, column: this.column }, this.message);
  }
}

/** The line names what may be a device, and nothing declares it. */
export class UndeclaredComplaint extends Complaint {
  constructor(
    column: number,
    message: string,
    readonly device: string,
  ) {
    super(column, message);
  }

  override errorAt(line: SourceLocation): ConfigError {
    return new UndeclaredError({ ...line, column: this.column }, this.message, this.device);
  }
}
