//! What is in the documents of lights, compared with the numbers of the facts (facts/puffco-ble.md §17.4), and
//! lights that other programs wrote.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use puffco::cbor::{Item, first_item};
use puffco::firmware::Revision;
use puffco::generation::LedApi;
use puffco::light::{Light, Pattern};
use puffco::state::Rgb;

const AG: Revision = Revision(28);
const AF: Revision = Revision(27);

fn colors(count: u8) -> Vec<Rgb> {
    (0..count).map(|index| Rgb(40 * index, 255 - index, 7)).collect()
}

/// The parameters of a light's lamp, as they are written for a firmware, and the lamp's name.
fn lamp(light: &Light, firmware: Revision) -> (String, Item<'static>) {
    let bytes = light.encode(LedApi::Documents, firmware).unwrap().leak();
    let (root, _) = first_item(bytes).unwrap();
    let lamp = root.get("lamp").unwrap();
    (lamp.get("name").unwrap().as_text().unwrap().to_owned(), lamp.get("param").unwrap().clone())
}

fn number(param: &Item<'_>, key: &str) -> f64 {
    param.get(key).and_then(Item::number).unwrap()
}

fn numbers(param: &Item<'_>, keys: &[&str]) -> Vec<f64> {
    keys.iter().map(|key| number(param, key)).collect()
}

fn offsets(param: &Item<'_>) -> Vec<f64> {
    param.get("offset").unwrap().items().unwrap().iter().map(|item| item.number().unwrap()).collect()
}

#[test]
fn tables_have_the_numbers_of_their_pattern() {
    // Pattern, tempo → speed, animation, phase lock, breath slow and fast.
    let cases = [
        (Pattern::Fade, 0.5, [40.0, 1.0, 0.0, 0.0, 10.0, 80.0]),
        (Pattern::Breathe, 1.0, [160.0, 5.0, 0.0, 0.0, 31.875, 255.0]),
        (Pattern::Spin, 0.5, [64.0, 7.0, 1.0, 3.0, 16.0, 128.0]),
        (Pattern::Spin, 1.0, [255.0, 7.0, 1.0, 3.0, 31.875, 255.0]),
        (Pattern::Disco, 0.25, [10.0, 1.0, 0.0, 0.0, 2.5, 20.0]),
        (Pattern::SplitGradient, 0.5, [40.0, 1.0, 0.0, 0.0, 10.0, 80.0]),
        (Pattern::Slideshow, 0.0, [2.0, 1.0, 0.0, 0.0, 0.5, 4.0]),
    ];
    for (pattern, tempo, expected) in cases {
        let (name, param) = lamp(&Light { pattern, colors: colors(3), tempo }, AG);
        let keys = ["speed", "anim", "plNum", "plDenom", "speedDi0", "speedDi1"];
        assert_eq!((name.as_str(), numbers(&param, &keys)), ("pikaled2", expected.to_vec()), "{pattern:?}");
        assert_eq!(numbers(&param, &["bright", "colorLen", "diFrac"]), [255.0, 15.0, 1.0]);
        assert_eq!(param.get("color").and_then(Item::bytes).unwrap().len(), 45);
        assert_eq!(offsets(&param).len(), 20);
    }
}

#[test]
fn offsets_follow_the_number_of_colours() {
    let of = |pattern, count| offsets(&lamp(&Light { pattern, colors: colors(count), tempo: 0.5 }, AG).1);
    assert_eq!(of(Pattern::Fade, 4), [0.0; 20]);
    assert_eq!(of(Pattern::Disco, 2)[..4], [30720.0, 37546.0, 3414.0, 10240.0]);
    assert_eq!(of(Pattern::SplitGradient, 2)[7], 25600.0);
    assert_eq!(of(Pattern::SplitGradient, 4)[7], 46080.0);
    assert_eq!(of(Pattern::SplitGradient, 5)[6..10], [7680.0, 66560.0, 15360.0, 7680.0]);
    assert_eq!(of(Pattern::Slideshow, 6)[6..10], [15930.0, 9100.0, 11835.0, 15930.0]);
    let steady = of(Pattern::Steady, 2);
    assert_eq!(
        steady[9..],
        [65536.0, 4096.0, 4096.0, 65536.0, 65536.0, 4096.0, 4096.0, 65536.0, 65536.0, 65536.0, 4096.0]
    );
}

#[test]
fn lights_follow_the_breath_from_the_firmware_that_can() {
    let fade = Light { pattern: Pattern::Fade, colors: colors(2), tempo: 0.5 };
    assert_eq!(number(&lamp(&fade, AF).1, "diFrac"), 0.0);
    assert_eq!(number(&lamp(&fade, AG).1, "diFrac"), 1.0);
}

#[test]
fn particles_have_the_numbers_of_their_pattern() {
    let keys =
        ["minLength", "maxLength", "minQty", "maxQty", "spawnFreq", "bgBrightDi0", "sigmaDi0", "sigmaDi1"];
    let (name, confetti) = lamp(&Light { pattern: Pattern::Confetti, colors: colors(2), tempo: 1.0 }, AG);
    assert_eq!((name.as_str(), number(&confetti, "speed")), ("migrtn1", 20.0));
    assert_eq!(numbers(&confetti, &keys), [2.0, 4.0, 6.0, 10.0, 5.0, 0.25, 3.5, 2.5]);
    assert_eq!(numbers(&confetti, &["speedDi0", "speedDi1", "preRunTick"]), [5.0, 40.0, 0.01]);
    let (_, lava) = lamp(&Light { pattern: Pattern::Lava, colors: colors(2), tempo: 1.0 }, AG);
    assert_eq!(numbers(&lava, &keys), [4.0, 8.0, 2.0, 4.0, 0.5, 1.0 / 3.0, 4.0, 2.0]);
    assert_eq!(numbers(&lava, &["speed", "speedDi1", "sunlight", "nutrDep"]), [4.0, 12.0, 0.1, 0.0]);
    assert_eq!(lava.get("colors").and_then(Item::bytes).unwrap().len(), 6);
    for param in [confetti, lava] {
        let strands = param.get("paths").unwrap().items().unwrap();
        assert_eq!((strands.len(), param.get("sources").unwrap().items().unwrap().len()), (16, 6));
        for led in strands.iter().flat_map(|strand| strand.items().unwrap()) {
            assert!((-1.0..=15.0).contains(&led.items().unwrap()[0].number().unwrap()), "{led:?}");
        }
    }
}

#[test]
fn a_document_of_an_older_program_is_a_steady_light() {
    let param = Item::map([("color", Item::Bytes(vec![0, 0, 255, 0x6e, 0xe9, 0x16].into()))]);
    let lamp = Item::map([("name", Item::text("solid")), ("param", param)]);
    let mut file = Item::map([("lamp", lamp)]).encode();
    file.extend(b"stale\xff\x00");
    let light = Light::decode(&file).unwrap();
    assert_eq!((light.pattern, light.colors), (Pattern::Steady, vec![Rgb(0, 0, 255), Rgb(0x6e, 0xe9, 0x16)]));
}

#[test]
fn a_table_of_an_unknown_program_shows_its_colours_and_is_no_pattern_of_ours() {
    let param = Item::map([
        ("anim", Item::Integer(1)),
        ("speed", Item::Integer(12)),
        ("colorLen", Item::Integer(7)),
        ("color", Item::Bytes(vec![9; 21].into())),
        ("offset", Item::Array(vec![Item::Integer(5); 20])),
    ]);
    let lamp = Item::map([("name", Item::text("pikaled2")), ("param", param)]);
    let light = Light::decode(&Item::map([("lamp", lamp)]).encode()).unwrap();
    assert_eq!((light.pattern, light.colors.len()), (Pattern::Other(Some(1)), 7));
}
