import { findPython } from '../find-python.mjs';

/** The Python that has DSPy, or why there is none. */
export const findDspy = (what) => findPython('conformance', 'DSPy', what);
