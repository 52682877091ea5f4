//! The table of C functions that stands in front of SQLite's own.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once};

use rusqlite::ffi;

use crate::{Event, Failing, Flushes, State, held};

type Shared = Arc<Mutex<State>>;

/// The folders that are watched.
static WATCHED: Mutex<Vec<(PathBuf, Shared)>> = Mutex::new(Vec::new());

static REGISTERED: Once = Once::new();

/// From now on what happens in `folder` is told to `state`.
pub(crate) fn watch(folder: &Path, state: &Shared) {
    REGISTERED.call_once(register);
    held(&WATCHED).push((folder.to_owned(), Arc::clone(state)));
}

pub(crate) fn forget(folder: &Path) {
    held(&WATCHED).retain(|(watched, _)| watched != folder);
}

/// An open file of a watched folder; SQLite's own lies behind it in the same memory.
#[repr(C, align(8))]
struct File {
    methods: *const ffi::sqlite3_io_methods,
    state: *const Mutex<State>,
    count: usize,
    /// Its first flush flushes the folder, too: so SQLite does for a log that it may have made.
    names: bool,
}

const METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

static TABLE: ffi::sqlite3_io_methods = METHODS;

/// Puts the table in front of the file system that is the default now.
fn register() {
    // SAFETY: SQLite's own file system lives as long as the process, and so does the leaked copy.
    unsafe {
        ffi::sqlite3_initialize();
        let own = ffi::sqlite3_vfs_find(std::ptr::null());
        let mut vfs = *own;
        vfs.iVersion = vfs.iVersion.min(2);
        vfs.szOsFile += c_int::try_from(size_of::<File>()).expect("a small struct");
        vfs.zName = c"tix-trials".as_ptr();
        vfs.pAppData = own.cast();
        vfs.pNext = std::ptr::null_mut();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        vfs.xFullPathname = Some(full_pathname);
        vfs.xRandomness = Some(randomness);
        vfs.xSleep = Some(sleep);
        vfs.xCurrentTime = Some(current_time);
        vfs.xCurrentTimeInt64 = Some(current_time_int64);
        vfs.xGetLastError = Some(get_last_error);
        (vfs.xDlOpen, vfs.xDlError, vfs.xDlSym, vfs.xDlClose) = (None, None, None, None);
        let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1);
        assert_eq!(registered, ffi::SQLITE_OK);
    }
}

/// The watched folder that the file lies in, and the file's name in it.
unsafe fn watched(name: *const c_char) -> Option<(Shared, String)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite's names end in a zero.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    let (folder, name) = (path.parent()?, path.file_name()?);
    let watched = held(&WATCHED);
    let (_, state) = watched.iter().find(|(watched, _)| watched == folder)?;
    Some((Arc::clone(state), name.to_string_lossy().into_owned()))
}

unsafe fn own_vfs(vfs: *mut ffi::sqlite3_vfs) -> *mut ffi::sqlite3_vfs {
    // SAFETY: `register` put it there.
    unsafe { (*vfs).pAppData.cast() }
}

/// Calls SQLite's own function of a file; a file that was opened has them all.
macro_rules! own {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let own = own_file($file);
        match (*(*own).pMethods).$method {
            Some(method) => method(own $(, $argument)*),
            None => unreachable!(),
        }
    }};
}

/// The same of the file system.
macro_rules! own_of {
    ($vfs:expr, $method:ident $(, $argument:expr)*) => {{
        let own = own_vfs($vfs);
        match (*own).$method {
            Some(method) => method(own $(, $argument)*),
            None => unreachable!(),
        }
    }};
}

unsafe fn own_file(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `szOsFile` made room for both.
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe fn ours<'a>(file: *mut ffi::sqlite3_file) -> (&'a Mutex<State>, usize) {
    // SAFETY: it was opened by `open`, which keeps the state until `close`.
    unsafe {
        let file = file.cast::<File>();
        (&*(*file).state, (*file).count)
    }
}

/// Does a call of these kinds on this file fail?
unsafe fn struck(file: *mut ffi::sqlite3_file, kinds: &[Failing]) -> Option<Failing> {
    // SAFETY: as the caller's.
    held(unsafe { ours(file) }.0).strikes(kinds)
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives memory of `szOsFile` bytes, which is ours and then its own.
    unsafe {
        let Some((state, name_in)) = watched(name) else {
            return own_of!(vfs, xOpen, name, file, flags, out);
        };
        (*file).pMethods = std::ptr::null();
        let path = Path::new(OsStr::from_bytes(CStr::from_ptr(name).to_bytes()));
        let mut locked = held(&state);
        if locked.strikes(&[Failing::Io, Failing::Open]).is_some() {
            return ffi::SQLITE_CANTOPEN;
        }
        let before = path.exists();
        let opened = own_of!(vfs, xOpen, name, own_file(file), flags, out);
        if opened != ffi::SQLITE_OK {
            return opened;
        }
        let count = match locked.file(&name_in).filter(|_| before) {
            Some(count) => count,
            None => locked.make(&name_in),
        };
        drop(locked);
        let logs =
            ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;
        let names = flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & logs != 0;
        let state = Arc::into_raw(state);
        file.cast::<File>().write(File { methods: &raw const TABLE, state, count, names });
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: it was opened by `open`, and is closed once.
    unsafe {
        let closed = own!(file, xClose);
        drop(Arc::from_raw((*file.cast::<File>()).state));
        closed
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    length: c_int,
    at: i64,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        match struck(file, &[Failing::Io, Failing::Short]) {
            Some(Failing::Short) => drop(own!(file, xRead, into, length / 2, at)),
            Some(_) => {}
            None => return own!(file, xRead, into, length, at),
        }
    }
    ffi::SQLITE_IOERR_READ
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    length: c_int,
    at: i64,
) -> c_int {
    // SAFETY: SQLite hands over `length` bytes at `from`.
    unsafe {
        let strikes = struck(file, &[Failing::Io, Failing::Full]);
        let length = match strikes {
            None => length,
            Some(Failing::Full) => length / 2,
            Some(_) => return ffi::SQLITE_IOERR_WRITE,
        };
        let written = own!(file, xWrite, from, length, at);
        if written == ffi::SQLITE_OK {
            let (state, count) = ours(file);
            let length = usize::try_from(length).unwrap_or(0);
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), length).into();
            held(state).push(Event::Wrote(count, at.cast_unsigned(), bytes));
        }
        if strikes.is_some() { ffi::SQLITE_FULL } else { written }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if struck(file, &[Failing::Io]).is_some() {
            return ffi::SQLITE_IOERR_TRUNCATE;
        }
        let cut = own!(file, xTruncate, length);
        if cut == ffi::SQLITE_OK {
            let (state, count) = ours(file);
            held(state).push(Event::Cut(count, length.cast_unsigned()));
        }
        cut
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if struck(file, &[Failing::Io]).is_some() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        let flushed = own!(file, xSync, flags);
        if flushed == ffi::SQLITE_OK {
            let names = std::mem::take(&mut (*file.cast::<File>()).names);
            let (state, count) = ours(file);
            held(state).push(Event::Flushed(count, names));
        }
        flushed
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if struck(file, &[Failing::Io]).is_some() {
            return ffi::SQLITE_IOERR_FSTAT;
        }
        own!(file, xFileSize, out)
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if struck(file, &[Failing::Io]).is_some() {
            return ffi::SQLITE_IOERR_LOCK;
        }
        own!(file, xLock, level)
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    code: c_int,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: a pragma comes as three texts in memory that is SQLite's to change.
    unsafe {
        if code == ffi::SQLITE_FCNTL_PRAGMA {
            let flushes = held(ours(file).0).flushes;
            let texts = argument.cast::<*mut c_char>();
            let (name, value) = (*texts.add(1), *texts.add(2));
            let level = match flushes {
                Flushes::AsAsked => None,
                Flushes::Fewer => Some(b'1'),
                Flushes::Never => Some(b'0'),
            };
            let asked = CStr::from_ptr(name).to_bytes() == b"synchronous" && !value.is_null();
            if let Some(level) = level.filter(|_| asked) {
                *value = level.cast_signed();
                *value.add(1) = 0;
            }
        }
        own!(file, xFileControl, code, argument)
    }
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xDeviceCharacteristics) }
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if struck(file, &[Failing::Io, Failing::Shared]).is_some() {
            *out = std::ptr::null_mut();
            return ffi::SQLITE_IOERR_SHMMAP;
        }
        own!(file, xShmMap, region, size, extend, out)
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let locks = flags & ffi::SQLITE_SHM_LOCK != 0;
        if locks && struck(file, &[Failing::Io, Failing::Shared]).is_some() {
            return ffi::SQLITE_IOERR_SHMLOCK;
        }
        own!(file, xShmLock, first, count, flags)
    }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xShmBarrier) }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, remove: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own!(file, xShmUnmap, remove) }
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    names: c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let Some((state, name_in)) = watched(name) else {
            return own_of!(vfs, xDelete, name, names);
        };
        let mut locked = held(&state);
        if locked.strikes(&[Failing::Io]).is_some() {
            return ffi::SQLITE_IOERR_DELETE;
        }
        let deleted = own_of!(vfs, xDelete, name, names);
        if deleted == ffi::SQLITE_OK {
            locked.names.remove(&name_in);
            locked.push(Event::Removed(name_in, names != 0));
        }
        deleted
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if watched(name).is_some_and(|(state, _)| held(&state).strikes(&[Failing::Io]).is_some()) {
            return ffi::SQLITE_IOERR_ACCESS;
        }
        own_of!(vfs, xAccess, name, flags, out)
    }
}

unsafe extern "C" fn full_pathname(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xFullPathname, name, length, out) }
}

unsafe extern "C" fn randomness(
    vfs: *mut ffi::sqlite3_vfs,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xRandomness, length, out) }
}

unsafe extern "C" fn sleep(vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xSleep, microseconds) }
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xCurrentTime, out) }
}

unsafe extern "C" fn current_time_int64(vfs: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xCurrentTimeInt64, out) }
}

unsafe extern "C" fn get_last_error(
    vfs: *mut ffi::sqlite3_vfs,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe { own_of!(vfs, xGetLastError, length, out) }
}
