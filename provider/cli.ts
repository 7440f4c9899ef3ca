#!/usr/bin/env node
import { runImport } from "./import/command";

void runImport({
  args: process.argv.slice(2),
  env: process.env,
  print: (text) => void process.stdout.write(text),
  tell: (line) => void process.stderr.write(`${line}\n`),
}).then((code) => {
  process.exitCode = code;
});
