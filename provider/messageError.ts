import * as pulumi from "@pulumi/pulumi";

/**
 * A failure that its message explains in full. Its stack is the message: on Node 20 and 22 `util.inspect` with colors,
 * by which the SDK prints errors, never returns for a stack with frames of the SDK.
 */
export class MessageError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}
