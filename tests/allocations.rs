//! Transcoding allocates for a message, never for a field.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use saponify::codec::{Decode, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, Strictness};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Rules, compile};
use saponify::wsdl::{Files, load};
use saponify::xml::{Reader, ReaderBuffers};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates once its buffers are warm.
fn allocations(mut work: impl FnMut()) -> usize {
    work();
    work();
    let before = COUNT.load(Ordering::Relaxed);
    work();
    COUNT.load(Ordering::Relaxed) - before
}

#[test]
fn a_field_costs_no_allocation() {
    let limits = Limits::default();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/wsdl/bancbox.wsdl");
    let contract = load(path, &mut Files, &limits.contract).expect("contract");
    let plan = compile(&contract, &Rules::default()).expect("plan").plan;
    let message = plan.operations()[0].output.as_ref().expect("output");
    let (mut tape, mut encoder, mut decoder) = (Tape::new(), Encoder::default(), Decoder::default());
    let (mut counts, mut buffers) = (Vec::new(), ReaderBuffers::default());
    for notices in [1, 100] {
        let notice = "{\"code\":\"E-1\",\"message\":\"a < b\"}";
        let json = format!(
            "{{\"return\":{{\"requestId\":1700000000001,\"status\":0,\"errors\":[{}]}}}}",
            vec![notice; notices].join(",")
        );
        let (mut xml, mut back) = (Vec::new(), Vec::new());
        let encode = allocations(|| {
            xml.clear();
            let value = tape.parse(json.as_bytes(), &limits.json).expect("JSON");
            encoder
                .encode(Encode { plan: &plan, message, options: &EncodeOptions::default() }, value, &mut xml)
                .expect("valid");
        });
        let text = String::from_utf8(xml.clone()).expect("UTF-8");
        let decode = allocations(|| {
            back.clear();
            let room = std::mem::take(&mut buffers);
            let mut reader = Reader::within(&text, plan.namespaces(), &limits.xml, room);
            reader.next().expect("a root");
            let options =
                DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
            decoder.decode(Decode { plan: &plan, message, options }, &mut reader, &mut back).expect("valid");
            buffers = reader.into_buffers();
        });
        assert_eq!(back, json.as_bytes());
        counts.push((encode, decode));
    }
    let [(few_encode, 0), (many_encode, 0)] = counts[..] else { panic!("{counts:?}") };
    // A hundred notices are two hundred fields; a vector that grows may do so once or twice more.
    assert!(many_encode <= few_encode + 2, "{counts:?}");
}
