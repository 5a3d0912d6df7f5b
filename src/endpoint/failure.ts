/** Why an exchange did not go as it should, for the client, for the record, and for nobody's stack trace. */
export class ExchangeFailure extends Error {
  readonly code: string;
  /** Of the response, where none was begun. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** As it stands in the record. */
export const describeFailure = ({ code, message }: ExchangeFailure): string => `${code}: ${message}`;
