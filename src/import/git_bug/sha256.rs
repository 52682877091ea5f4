//! SHA-256, as git-bug names what was done: nothing here keeps a secret with it.

const BEGIN: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

const ROUNDS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

/// The hash of `bytes` as 64 digits.
pub(in crate::import) fn hex(bytes: &[u8]) -> String {
    let mut state = BEGIN;
    let whole = bytes.chunks_exact(64);
    let mut rest = whole.remainder().to_vec();
    whole.for_each(|block| mix(&mut state, block));
    rest.push(0x80);
    rest.resize((rest.len() + 8).next_multiple_of(64), 0);
    let end = rest.len() - 8;
    rest[end..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    rest.chunks_exact(64).for_each(|block| mix(&mut state, block));
    let bytes = state.iter().flat_map(|word| word.to_be_bytes());
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

#[expect(clippy::many_single_char_names, reason = "they are those of the standard")]
fn mix(state: &mut [u32; 8], block: &[u8]) {
    let mut words = [0u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for i in 16..64 {
        let (a, b) = (words[i - 15], words[i - 2]);
        let first = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let second = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        words[i] =
            words[i - 16].wrapping_add(first).wrapping_add(words[i - 7]).wrapping_add(second);
    }
    let mut now = *state;
    for (round, word) in ROUNDS.iter().zip(words) {
        let [a, b, c, _, e, f, g, h] = now;
        let turned = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let chosen = (e & f) ^ (!e & g);
        let one = [turned, chosen, *round, word].iter().fold(h, |sum, it| sum.wrapping_add(*it));
        let turned = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let two = turned.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        now.rotate_right(1);
        now[4] = now[4].wrapping_add(one);
        now[0] = one.wrapping_add(two);
    }
    for (word, now) in state.iter_mut().zip(now) {
        *word = word.wrapping_add(now);
    }
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn the_hashes_are_those_of_the_standard() {
        for (text, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(hex(text.as_bytes()), expected, "{text}");
        }
        let million = "a".repeat(1_000_000);
        assert!(hex(million.as_bytes()).starts_with("cdc76e5c9914fb92"));
        for (count, begins) in
            [(55, "9f4390f8"), (56, "b35439a4"), (63, "7d3e74a0"), (64, "ffe054fe")]
        {
            assert!(hex("a".repeat(count).as_bytes()).starts_with(begins), "{count}");
        }
    }
}
