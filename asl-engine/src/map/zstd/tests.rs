use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;
use crate::{Entropy, SeededEntropy};

fn zstd(text: &[u8]) -> Vec<u8> {
    compress_to_vec(text, CompressionLevel::Fastest)
}

/// Inflates a file that arrives in parts of this size.
fn inflated(file: &[u8], part: usize) -> Result<Vec<u8>, String> {
    let (mut unzstd, mut to) = (Unzstd::new(), Vec::new());
    let pushed = file.chunks(part).try_for_each(|bytes| unzstd.push(bytes, &mut to));
    pushed.and_then(|()| unzstd.end()).map_err(|error| error.to_string())?;
    Ok(to)
}

#[track_caller]
fn check(file: &[u8], expected: Result<&[u8], &str>) {
    for part in [1, 3, 1000, usize::MAX] {
        let found = inflated(file, part);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{part}");
    }
}

const SKIPPED: &[u8] = b"\x53\x2a\x4d\x18\x03\0\0\0abc";
/// A frame with a window of 1 KiB, without a checksum.
const FRAME: &[u8] = b"\x28\xb5\x2f\xfd\0\0";

#[test]
fn frames_follow_one_another() {
    let long: Vec<u8> = (0..300_000u32).flat_map(|number| (number / 7).to_le_bytes()).collect();
    check(b"", Ok(b""));
    check(&zstd(b""), Ok(b""));
    check(&zstd(b"a,b"), Ok(b"a,b"));
    check(&zstd(&long), Ok(&long));
    check(&[SKIPPED, &zstd(b"a,"), SKIPPED, SKIPPED, &zstd(b"b")].concat(), Ok(b"a,b"));
    check(SKIPPED, Ok(b""));
    // A stored block, and one that repeats a byte.
    check(&[FRAME, b"\x10\0\0ab", b"\x23\0\0c"].concat(), Ok(b"abcccc"));
}

#[test]
fn bad_frames_fail() {
    let (incomplete, long) = ("incomplete zstd frame", zstd(&[b'a'; 5000]));
    for end in 1..long.len() {
        check(&long[..end], Err(incomplete));
    }
    check(&SKIPPED[..10], Err(incomplete));
    check(b"\x28\xb5", Err(incomplete));
    check(b"a,b\n", Err("invalid zstd header"));
    check(&[&zstd(b"a"), b"more".as_slice()].concat(), Err("invalid zstd header"));
    check(&[FRAME, b"\xf9\xff\xff"].concat(), Err("a zstd block is too long"));
    let window = "its zstd window has 16777216 bytes, more than the 8388608 that are supported";
    check(b"\x28\xb5\x2f\xfd\0\x70", Err(window));
    // The whole file is the window.
    let whole = "its zstd window has 18446744073709551615 bytes, more than the 8388608 that are supported";
    check(b"\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\xff", Err(whole));
    assert!(inflated(b"\x28\xb5\x2f\xfd\x01\0\x07", 3).is_err(), "a dictionary");
}

#[test]
fn damaged_frames_do_not_panic() {
    let text: Vec<u8> = (0..2000u32).flat_map(|row| format!("{row},name of {row}\n").into_bytes()).collect();
    let (file, entropy) = (zstd(&text), SeededEntropy::new(1));
    let mut failed = 0;
    for _ in 0..2000 {
        let mut damaged = file.clone();
        for _ in 0..1 + entropy.next_u64() % 3 {
            let at =
                entropy.next_u64() as usize % if entropy.next_u64() % 2 == 0 { 40 } else { damaged.len() };
            damaged[at] = entropy.next_u64() as u8;
        }
        failed += usize::from(inflated(&damaged, 1000).is_err());
    }
    assert!(failed > 200, "{failed}");
}
