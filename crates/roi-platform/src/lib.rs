//! What differs between native and browser: fetch, storage, clock, spawn and the GPU device.
