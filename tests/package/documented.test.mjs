// Every public name and member has its documentation.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const wasm = fileURLToPath(new URL('../../wasm/', import.meta.url));
const ts = createRequire(join(wasm, 'package.json'))('typescript');

it('every public name is documented', () => {
  const config = ts.readConfigFile(join(wasm, 'tsconfig.json'), ts.sys.readFile).config;
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, wasm);
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const isPublic = (member) => {
    const [declaration] = member.declarations ?? [];
    return (
      declaration !== undefined &&
      !ts.isTypeParameterDeclaration(declaration) &&
      !ts.isPrivateIdentifier(declaration.name ?? declaration) &&
      !(ts.getCombinedModifierFlags(declaration) & hidden) &&
      !ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal')
    );
  };
  const missing = [];
  for (const entry of [
    'index',
    'optimize/index',
    'models/index',
    'otel/index',
    'node/index',
    'stores/index',
    'local/index',
  ]) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(wasm, `src/${entry}.ts`)));
    for (const name of checker.getExportsOfModule(module)) {
      const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
      const check = (what, of) => of.getDocumentationComment(checker).length > 0 || missing.push(`${entry}: ${what}`);
      check(name.name, symbol);
      for (const [key, member] of symbol.members ?? []) {
        const discriminant = key === 'event'; // the name of an event says what it is
        if (!String(key).startsWith('__') && !discriminant && isPublic(member)) check(`${name.name}.${key}`, member);
      }
    }
  }
  assert.deepEqual(missing, []);
});
