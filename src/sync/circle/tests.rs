//! Records of whose desk it is, right and made up.

use super::*;

/// A desk of two, as far as the second knows it: and what the first goes on to say.
fn two() -> (Vec<Vec<u8>>, Circle, Key, Key) {
    let [ada, bo] = [Key::new([1; 32]), Key::new([2; 32])];
    let (mut circle, first) = Circle::found("Ada", &ada, Key::new([3; 32])).unwrap();
    let bo_is = Member { name: "Bo".to_owned(), public: bo.public() };
    let second = circle.add(&Event::Admitted(bo_is), &ada).unwrap();
    (vec![first, second], circle, ada, bo)
}

#[test]
fn only_somebody_who_is_in_can_say_that_one_was_removed() {
    let (records, circle, ada, bo) = two();
    let stranger = Key::new([9; 32]);
    let (_, key) = circle.key().unwrap();
    for (signer, by) in [(&stranger, &ada), (&stranger, &stranger)] {
        let head = Head {
            v: VERSION,
            n: 2,
            before: circle.last,
            epoch: 0,
            recipient: key.public().recipient,
            by: Hash(by.public().signer),
            keys: Some(STANDARD.encode("junk")),
        };
        let forged = piece::make("record", &head, b"", signer).unwrap();
        let records = [records.clone(), vec![forged]].concat();
        for key in [&bo, &ada] {
            let error = Circle::read(&records, key).unwrap_err();
            assert_eq!(error.what, "the records of whose desk it is are not right");
        }
    }
}
