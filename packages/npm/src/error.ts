/** `asl` could not do what it was asked to: an invalid definition, an unknown machine, a missing program. */
export class AslError extends Error {
  override readonly name = "AslError";
}
