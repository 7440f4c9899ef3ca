import { readFileSync } from "node:fs";
import ts from "typescript";

/** What a docstring says of a member. */
export interface Docstring {
  readonly text: string;
  /** The type as it is written, with `?` after it where the member may be left out or undefined. */
  readonly type: string;
  /** What stands after `@default`. */
  readonly fallback?: string;
  /** The name of the interface whose members are the member's own, or those members where they stand in place. */
  readonly members?: Docstrings;
}

/** The docstrings of an interface's or a class's members, by their names. */
export type Docstrings = ReadonlyMap<string, Docstring>;

/** Reads the docstrings of an interface or class; an interface of the same file that a member refers to is followed. */
export function docstringsOf(file: string, name: string): Docstrings {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = declarationOf(source, name);
  if (found === undefined) throw new Error(`${file} declares no ${name}.`);
  return membersOf(source, found.members);
}

function declarationOf(source: ts.SourceFile, name: string): ts.InterfaceDeclaration | ts.ClassDeclaration | undefined {
  return source.statements.find(
    (node): node is ts.InterfaceDeclaration | ts.ClassDeclaration =>
      (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name?.text === name,
  );
}

function membersOf(source: ts.SourceFile, members: Iterable<ts.Node>): Docstrings {
  const docstrings = new Map<string, Docstring>();
  for (const member of members) {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
    const own = member.type && membersIn(source, member.type);
    const fallback = tagOf(member, "default");
    const deprecated = tagOf(member, "deprecated");
    docstrings.set(member.name.getText(source), {
      text: [textOf(member), deprecated && `Deprecated ${deprecated}.`].filter(Boolean).join(" "),
      type: typeOf(source, member),
      ...(fallback === undefined ? {} : { fallback }),
      ...(own ? { members: own } : {}),
    });
  }
  return docstrings;
}

/** A function that a file exports, and what its docstring says. */
export interface DocumentedFunction {
  readonly name: string;
  /** The type of the first parameter, where it is called `args`. */
  readonly args: string | undefined;
  /** What the promise that it returns is of. */
  readonly result: string;
  readonly text: string;
}

/** Reads the functions that a file exports, in its order; those without a docstring of their own have an empty text. */
export function functionsOf(file: string): readonly DocumentedFunction[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isFunctionDeclaration).map((each) => ({
    name: each.name?.text ?? "",
    args: each.parameters.find(({ name }) => name.getText(source) === "args")?.type?.getText(source),
    result: each.type?.getText(source).replace(/^Promise<(.*)>$/, "$1") ?? "",
    text: textOf(each),
  }));
}

function typeOf(source: ts.SourceFile, member: ts.PropertySignature | ts.PropertyDeclaration): string {
  const type = oneLine(member.type?.getText(source));
  const known = type.replace(/ \| undefined$/, "");
  return member.questionToken === undefined && known === type ? known : `${known}?`;
}

/** The members that a type leads to, through `Input<…>` and the like. */
function membersIn(source: ts.SourceFile, type: ts.Node): Docstrings | undefined {
  if (ts.isTypeLiteralNode(type)) return membersOf(source, type.members);
  if (ts.isTypeReferenceNode(type)) {
    const declared = declarationOf(source, type.typeName.getText(source));
    if (declared) return membersOf(source, declared.members);
  }
  return ts.forEachChild(type, (inner) => membersIn(source, inner));
}

function textOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => oneLine(ts.getTextOfJSDocComment(comment)))
    .join(" ");
}

function tagOf(node: ts.Node, name: string): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag && oneLine(ts.getTextOfJSDocComment(tag.comment));
}

function oneLine(text = ""): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
