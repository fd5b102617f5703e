// The Emscripten glue and the modules' bytes; the build resolves these names (scripts/build.mjs).
declare module 'strop-core-glue' {
  const createModule: (module: object) => unknown;
  export default createModule;
}
declare module 'strop-core-bytes/*' {
  const base64: string;
  export default base64;
}
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
