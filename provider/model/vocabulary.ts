import { z } from "zod";
import { groupArgs } from "./schema";

/** The words of which the API takes one or several in some field, such as `psk` and `sha512`. They tell nothing by themselves. */
export const WORDS: ReadonlySet<string> = new Set(wordsIn(groupArgs));

function wordsIn(schema: z.core.$ZodType): readonly string[] {
  if (schema instanceof z.ZodOptional) return wordsIn(schema.unwrap());
  if (schema instanceof z.ZodObject) return Object.values(schema.shape).flatMap(wordsIn);
  if (schema instanceof z.ZodRecord) return wordsIn(schema.valueType);
  if (schema instanceof z.ZodArray) return wordsIn(schema.element);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}
