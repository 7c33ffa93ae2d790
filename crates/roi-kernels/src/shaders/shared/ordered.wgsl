// Whole numbers in the order of the f32 whose bits they are made from; both zeros become one.
// Integer comparison is exact and the same everywhere, whatever a GPU does with f32 specials.
fn ordered(bits: u32) -> u32 {
    let value = select(bits, 0u, bits == 0x80000000u);
    return select(value | 0x80000000u, ~value, (value & 0x80000000u) != 0u);
}

fn not_a_number(bits: u32) -> bool {
    return (bits & 0x7fffffffu) > 0x7f800000u;
}
