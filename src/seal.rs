//! Keys, and what is sealed and signed with them: bytes only, no tickets.
//!
//! A person has one key: 32 secret bytes, kept as an [age](https://age-encryption.org/v1) identity, so
//! that stock `age` opens what tix seals. The key that signs (Ed25519, RFC 8032) is derived from the
//! same bytes, and 24 words (BIP 39) hold them on paper.

use std::fmt;
use std::io::{BufRead, Read, Write};
use std::str::FromStr;

use bech32::{Bech32, Hrp};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

mod file;

pub use file::{read, write_new};

/// How the line of an age identity begins.
const IDENTITY: &str = "AGE-SECRET-KEY-1";

/// What the signing key is derived for (BLAKE3's key derivation wants a context of its own).
const SIGNING: &str = "tix 2026-11 the key that signs";

/// A person's key. Whoever has it can open what was sealed to it, and sign in its name.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(of {})", self.public().recipient)
    }
}

impl Key {
    /// The key that these random bytes are.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// Reads an age identity file: comments, and a line with the key.
    ///
    /// # Errors
    /// Exit 4 when the text holds none, or more than one.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| line.starts_with(IDENTITY));
        let none = || Error::invalid("there is no key in it");
        let line = lines.next().ok_or_else(|| {
            none()
                .because(format!("no line begins with {IDENTITY}"))
                .hint("a key file is what `tix key export` or `age-keygen` writes")
        })?;
        if lines.next().is_some() {
            return Err(Error::invalid("there are several keys in it")
                .hint("keep the one that is yours in a file of its own"));
        }
        let broken = || none().because("its line is damaged: a letter is wrong or missing");
        let (_, bytes) = bech32::decode(line).map_err(|_| broken())?;
        // Its own parser has the last word on what is an identity.
        line.parse::<age::x25519::Identity>().map_err(|_| broken())?;
        Ok(Self(bytes.try_into().map_err(|_| broken())?))
    }

    /// The key's line in an age identity file.
    #[must_use]
    pub fn line(&self) -> String {
        let hrp = Hrp::parse_unchecked("age-secret-key-");
        bech32::encode_upper::<Bech32>(hrp, &self.0).unwrap_or_default()
    }

    /// The text of an age identity file, as `age-keygen` writes it, with a note at its head.
    #[must_use]
    pub fn text(&self, note: &str) -> String {
        let recipient = self.public().recipient;
        format!("# {note}\n# public key: {recipient}\n{}\n", self.line())
    }

    /// The key as 24 words for paper (BIP 39, English).
    #[must_use]
    pub fn words(&self) -> String {
        bip39::Mnemonic::from_entropy(&self.0).map(|words| words.to_string()).unwrap_or_default()
    }

    /// The key that these words hold; case, and how they are parted, do not matter.
    ///
    /// # Errors
    /// Exit 4, saying which word is none of the list, or that they are not the words of a key.
    pub fn from_words(text: &str) -> Result<Self> {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let wrong = || Error::invalid("these are not the words of a key");
        if words.len() != 24 {
            return Err(wrong().because(format!("there are {}, and it has 24", words.len())));
        }
        let list = bip39::Language::English;
        if let Some((place, word)) =
            words.iter().enumerate().find(|(_, word)| list.find_word(word).is_none())
        {
            let error =
                wrong().because(format!("word {}, `{word}`, is not in the list", place + 1));
            let near = crate::error::nearest(word, list.word_list().iter().copied());
            return Err(match near {
                Some(near) => error.hint(format!("is it `{near}`?")),
                None => error,
            });
        }
        let words = bip39::Mnemonic::parse_in_normalized(list, &words.join(" ")).map_err(|_| {
            wrong().because("their check does not fit: one is wrong, or two changed places")
        })?;
        Ok(Self(words.to_entropy().try_into().map_err(|_| wrong())?))
    }

    /// What others may know of it.
    #[must_use]
    pub fn public(&self) -> Public {
        Public {
            recipient: Recipient(
                self.identity().map(|key| key.to_public().to_string()).unwrap_or_default(),
            ),
            signer: self.signing().verifying_key().to_bytes(),
        }
    }

    /// Its signature over `bytes`.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing().sign(bytes).to_bytes()
    }

    /// Opens what was sealed to this key. Reading fails where what was sealed was changed or cut.
    ///
    /// # Errors
    /// Exit 8 when it is nothing that was sealed, or was sealed to others.
    pub fn open<R: BufRead>(&self, sealed: R) -> Result<impl Read + use<R>> {
        let nothing = || Error::no_desk("it cannot be opened");
        let sealed = age::Decryptor::new_buffered(sealed).map_err(|e| {
            nothing().because(match e {
                age::DecryptError::Io(e) => e.to_string(),
                _ => "it is not sealed, or its beginning is damaged".to_owned(),
            })
        })?;
        let identity = self.identity().ok_or_else(nothing)?;
        sealed.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|e| match e {
            age::DecryptError::NoMatchingKeys => nothing()
                .because(format!("it is sealed to others, not to {}", self.public().recipient))
                .hint("use the key that it was sealed to"),
            _ => nothing().because("its beginning is damaged"),
        })
    }

    fn identity(&self) -> Option<age::x25519::Identity> {
        self.line().parse().ok()
    }

    fn signing(&self) -> SigningKey {
        SigningKey::from_bytes(&blake3::derive_key(SIGNING, &self.0))
    }
}

/// Whom something is sealed to: an age recipient, `age1…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient(String);

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.starts_with(IDENTITY) {
            return Err(Error::invalid("that is a secret key, not a recipient")
                .because("whoever sees it can open everything that is sealed to it")
                .hint("a recipient begins with age1"));
        }
        text.parse::<age::x25519::Recipient>().map_err(|_| {
            Error::invalid(format!("`{text}` is not a recipient"))
                .hint("a recipient looks like age1…: `tix key show` prints yours")
        })?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Recipient {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.0
    }
}

/// What others may know of a key: whom to seal to, and whose signature it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Public {
    /// Whom to seal to.
    pub recipient: Recipient,
    /// The key that its signatures are held against (Ed25519).
    pub signer: [u8; 32],
}

impl Public {
    /// Did this key sign `bytes`?
    #[must_use]
    pub fn signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        let key = VerifyingKey::from_bytes(&self.signer);
        let signature = Signature::from_bytes(signature);
        key.is_ok_and(|key| key.verify_strict(bytes, &signature).is_ok())
    }

    /// What to compare over another line, of both parts: see [`digits`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digits(&[b"tix fingerprint", &self.signer, self.recipient.0.as_bytes()])
    }
}

/// Six groups of five digits of a hash over `parts`, to compare over another line: a hundred bits.
#[must_use]
pub fn digits(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut bytes = [0; 48];
    hasher.finalize_xof().fill(&mut bytes);
    let groups = bytes.chunks_exact(8).map(|group| {
        let number = group.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:05}", number % 100_000)
    });
    groups.collect::<Vec<_>>().join(" ")
}

/// What is written into it comes out sealed. Without [`Sealing::finish`] nobody can open it.
pub struct Sealing<W: Write>(age::stream::StreamWriter<W>);

/// Seals to `recipients`, each of whom can open it.
///
/// # Errors
/// Exit 2 when there are none, exit 1 when `out` cannot be written.
pub fn seal<W: Write>(recipients: &[Recipient], out: W) -> Result<Sealing<W>> {
    let to: Vec<age::x25519::Recipient> =
        recipients.iter().filter_map(|recipient| recipient.0.parse().ok()).collect();
    let to = to.iter().map(|recipient| recipient as &dyn age::Recipient);
    let sealing = age::Encryptor::with_recipients(to)
        .map_err(|_| Error::usage("there is nobody to seal it to").hint("name a recipient"))?;
    Ok(Sealing(sealing.wrap_output(out)?))
}

impl<W: Write> Sealing<W> {
    /// Writes what ends it; returns what it was written into.
    ///
    /// # Errors
    /// Exit 1 when that cannot be written.
    pub fn finish(self) -> Result<W> {
        Ok(self.0.finish()?)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn sealed(text: &[u8], to: &[&Key]) -> Vec<u8> {
        let to: Vec<Recipient> = to.iter().map(|key| key.public().recipient).collect();
        let mut sealing = seal(&to, Vec::new()).unwrap();
        sealing.write_all(text).unwrap();
        sealing.finish().unwrap()
    }

    fn opened(key: &Key, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        key.open(bytes)?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn whoever_it_is_sealed_to_opens_it_and_nobody_else() {
        let [ada, bo, cy] = [1, 2, 3].map(|n| Key::new([n; 32]));
        let bytes = sealed(b"hello", &[&ada, &bo]);
        assert_eq!(opened(&ada, &bytes).unwrap(), b"hello");
        assert_eq!(opened(&bo, &bytes).unwrap(), b"hello");
        let error = opened(&cy, &bytes).unwrap_err();
        assert!(error.to_string().contains("cannot be opened"), "{error}");
        assert!(seal(&[], Vec::new()).is_err());
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let key = Key::new([7; 32]);
        let bytes = sealed(&vec![b'x'; 100_000], &[&key]);
        for at in (0..bytes.len()).step_by(997) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(opened(&key, &changed).is_err(), "byte {at}");
            assert!(opened(&key, &bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_key_reads_back_from_its_file_and_its_words() {
        let key = Key::new(std::array::from_fn(|i| u8::try_from(i * 7).unwrap()));
        let file = format!("# created: today\n# public key: x\n{}\n", key.line());
        assert_eq!(Key::parse(&file).unwrap().0, key.0);
        assert_eq!(key.words().split(' ').count(), 24);
        let loud = key.words().to_uppercase().replace(' ', "\n 3. ");
        assert_eq!(Key::from_words(&loud).unwrap().0, key.0);
        let ours = age::x25519::Identity::from_str(&key.line()).unwrap();
        assert_eq!(ours.to_string().expose_secret(), key.line());
    }

    #[test]
    fn words_that_are_wrong_are_named() {
        let words = Key::new([9; 32]).words();
        let told = |text: &str| Key::from_words(text).unwrap_err().to_string();
        assert!(told("abandon").contains("there are 1"));
        let (_, rest) = words.split_once(' ').unwrap();
        assert!(told(&format!("xyzzy {rest}")).contains("word 1, `xyzzy`"));
        let first = if words.starts_with("zoo ") { "zone" } else { "zoo" };
        assert!(told(&format!("{first} {rest}")).contains("check does not fit"));
    }

    #[test]
    fn a_signature_is_of_one_key_over_one_text() {
        let [ada, bo] = [1, 2].map(|n| Key::new([n; 32]));
        let signature = ada.sign(b"text");
        assert!(ada.public().signed(b"text", &signature));
        assert!(!ada.public().signed(b"texT", &signature));
        assert!(!bo.public().signed(b"text", &signature));
        assert_ne!(ada.public().fingerprint(), bo.public().fingerprint());
        assert_eq!(ada.public().fingerprint().len(), 35);
    }

    #[test]
    fn a_recipient_is_no_secret() {
        let key = Key::new([1; 32]);
        let public = key.public().recipient.to_string();
        assert_eq!(public.parse::<Recipient>().unwrap(), key.public().recipient);
        let told = key.line().parse::<Recipient>().unwrap_err().to_string();
        assert!(told.contains("secret") && !told.contains(&key.line()), "{told}");
        assert!("age1nonsense".parse::<Recipient>().is_err());
    }
}
