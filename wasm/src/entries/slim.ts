// No module at all: for libraries, and for platforms with a way of their own to load one.
export { initSync } from '../core/core.js';
export * from '../index.js';
