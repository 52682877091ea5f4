//! What is sent: a head that anybody can read, a sealed body, and a signature over both.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::seal::{Key, Public, Recipient, seal};

/// How every piece begins.
const MAGIC: &[u8; 4] = b"tix1";

/// The longest head, in bytes.
const HEAD_MAX: usize = 1 << 20;

/// The most bytes that a body may have when it is opened: more than the longest message takes.
pub(super) const BODY_MAX: u64 = 128 << 20;

/// The longest piece, in bytes.
pub(super) const PIECE_MAX: u64 = BODY_MAX + (2 << 20);

/// A piece taken apart; nothing of it is believed yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    head: &'a [u8],
    pub(super) body: &'a [u8],
    signed: &'a [u8],
    signature: [u8; 64],
}

impl<'a> Piece<'a> {
    /// Takes `bytes` apart; none where they are no piece.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (signed, signature) = bytes.split_last_chunk::<64>()?;
        let rest = signed.strip_prefix(MAGIC)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (head, body) = rest.split_at_checked(length.min(HEAD_MAX + 1))?;
        (head.len() <= HEAD_MAX).then_some(Self { head, body, signed, signature: *signature })
    }

    /// What its head says.
    pub(super) fn head<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.head).ok()
    }

    /// Did the holder of this key sign it as a piece of this kind?
    pub(super) fn is_signed(&self, kind: &str, by: &Public) -> bool {
        by.signed(&text(kind, self.signed), &self.signature)
    }
}

/// What a signature is over: the kind keeps one piece from being taken for another.
fn text(kind: &str, signed: &[u8]) -> Vec<u8> {
    let mut text = format!("tix {kind}\n").into_bytes();
    text.extend_from_slice(blake3::hash(signed).as_bytes());
    text
}

/// Makes a piece.
pub(super) fn make<T: Serialize>(kind: &str, head: &T, body: &[u8], key: &Key) -> Result<Vec<u8>> {
    let head = serde_json::to_vec(head).map_err(std::io::Error::from)?;
    let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(head.len() + body.len() + 72);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(body);
    let signature = key.sign(&text(kind, &bytes));
    bytes.extend_from_slice(&signature);
    Ok(bytes)
}

/// Makes `body` small and seals it.
pub(super) fn close(to: &[Recipient], body: &[u8]) -> Result<Vec<u8>> {
    let sealing = seal(to, Vec::new())?;
    let mut small = ZlibEncoder::new(sealing, Compression::default());
    small.write_all(body)?;
    small.finish()?.finish()
}

/// Opens what [`close`] made, up to `most` bytes.
///
/// # Errors
/// Exit 8 when the key is another, or it is damaged, or opens to more.
pub(super) fn open(key: &Key, sealed: &[u8], most: u64) -> Result<Vec<u8>> {
    let damaged = |e: std::io::Error| Error::no_desk("it cannot be opened").because(e);
    let mut body = Vec::new();
    ZlibDecoder::new(key.open(sealed)?).take(most + 1).read_to_end(&mut body).map_err(damaged)?;
    if body.len() as u64 > most {
        return Err(Error::no_desk("it cannot be opened").because("it holds more than it may"));
    }
    Ok(body)
}
