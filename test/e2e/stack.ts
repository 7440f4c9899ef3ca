export * from "../../tools/workshop";
