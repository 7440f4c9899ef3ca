import { readFileSync } from "node:fs";
import ts from "typescript";

/** What a docstring says of a member. */
export interface Docstring {
  readonly text: string;
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
      ...(fallback === undefined ? {} : { fallback }),
      ...(own ? { members: own } : {}),
    });
  }
  return docstrings;
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
