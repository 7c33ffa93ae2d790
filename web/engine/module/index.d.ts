// Types of roichat's engine: the messages it takes and sends, which are those of the Rust crate roi-protocol field by
// field (a test compares them), and the client that index.js is.

/** One message to the engine's worker. */
export type Request =
  | OpenRequest
  | SetPictureRequest
  | AskRequest
  | CancelRequest
  | CheckKernelsRequest
  | ListPackagesRequest
  | RemovePackageRequest
  | VerifyPackageRequest;

/** Load the package whose `manifest.json` lies in this folder. Ends with `ready`. */
export interface OpenRequest {
  type: "open";
  /** Address of the folder, with or without a trailing slash; a relative one is relative to the worker's script. */
  url: string;
  /** The folder itself, where it is on the disk; `url` is then only a name, and nothing of it is kept. */
  folder?: Folder;
}

/** A folder on the disk: what a picker of folders gives, or its files by their paths in it. */
export type Folder = FileSystemDirectoryHandle | [string, File][];

/** Make this the picture that questions are about. Ends with `image_ready`. */
export interface SetPictureRequest {
  type: "set_picture";
  /** The encoded file: PNG, JPEG or WebP. */
  bytes: Uint8Array;
}

/** Answer the last turn of a conversation: `token` piece by piece. Ends with `done`. */
export interface AskRequest {
  type: "ask";
  /** Box `k` of this list, counted from 0, is `<region(k + 1)>`. */
  boxes: Box[];
  /** The whole conversation; every turn but the last has its answer. */
  turns: Turn[];
  /** How to generate. */
  options: GenerateOptions;
}

/** Stop the answers asked for so far; what has been said stays said. Has no ending of its own. */
export interface CancelRequest {
  type: "cancel";
}

/**
 * Run every kernel on this device against its plain twin, group by group; needs no model. Ends with `kernels_checked`, early where
 * another request waits.
 */
export interface CheckKernelsRequest {
  type: "check_kernels";
  /** The group to begin with; 0 if left out. */
  first?: number;
}

/** Say which packages are kept. Ends with `packages`. */
export interface ListPackagesRequest {
  type: "list_packages";
}

/** Drop the kept package of this address. Ends with `packages`. */
export interface RemovePackageRequest {
  type: "remove_package";
  /** The address it was opened from, letter by letter. */
  url: string;
}

/** Read every kept byte of the package of this address, and drop what is wrong. Ends with `packages`. */
export interface VerifyPackageRequest {
  type: "verify_package";
  /** The address it was opened from, letter by letter. */
  url: string;
}

/**
 * `[x1, y1, x2, y2]` in pixels of the picture as it is shown, after its EXIF orientation. Coordinates are edges: the whole
 * picture is `[0, 0, width, height]`. Corners come in any order.
 */
export type Box = [number, number, number, number];

/** A question and, once it has been given, its answer. */
export interface Turn {
  /** The user's words; `<region1>` names the first box. */
  question: string;
  /** `Answer.answer` of that question. */
  answer?: string;
}

/** How an answer is generated. What is left out has its default. */
export interface GenerateOptions {
  /** At most this many new tokens, at least 1; 1024 by default. */
  max_new_tokens?: number;
  /** 0, the default, takes the likeliest token each time. */
  temperature?: number;
  /** Sample among this many of the likeliest tokens, 64 at most; 0 means 64, and 50 is the default. */
  top_k?: number;
  /** Sample among the likeliest tokens whose probabilities add up to this, above 0 and at most 1, the default. */
  top_p?: number;
  /** Seed of the sampler, a whole number; 0 by default. */
  seed?: number | bigint;
  /** Go on past `###` and the end-of-sequence token. */
  ignore_stop?: boolean;
  /** The original's habits, all off by default. */
  compat?: Compat;
}

/** Habits of the original demo that a clean reading of its documentation would not have. */
export interface Compat {
  /** The k-th `<bbox>` of the conversation gets the k-th box, whatever number the text says. */
  order_binding?: boolean;
  /** Boxes are rounded to f16 and scaled to the 224-pixel frame in f16. */
  f16_boxes?: boolean;
  /** From the third turn on, earlier turns carry their headers twice, then three times. */
  repeat_headers?: boolean;
}

/** One message from the engine's worker. */
export type Event =
  | AliveEvent
  | ProgramEvent
  | StartedEvent
  | DeviceEvent
  | WaitingEvent
  | FoundEvent
  | OlderEvent
  | PreflightEvent
  | ExpectedEvent
  | NotKeptEvent
  | LoadingEvent
  | ArrivingEvent
  | PictureAheadEvent
  | CompilingEvent
  | ReadyEvent
  | ImageReadyEvent
  | TokenEvent
  | DoneEvent
  | KernelsCheckedEvent
  | VerifyingEvent
  | VerifiedEvent
  | PackagesEvent
  | FailedEvent
  | StoppedEvent;

/**
 * The worker holds the Web Lock of this name for as long as it lives: whoever gets that lock knows that the worker has ended, by
 * whatever cause. The first message; it does not come where the browser gives out no locks.
 */
export interface AliveEvent {
  type: "alive";
  /** A name that no other worker has. */
  lock: string;
}

/** The engine's own program is on its way; the first comes before any byte of it. */
export interface ProgramEvent {
  type: "program";
  /** Bytes that have arrived. */
  bytes: number;
  /** Bytes of the whole program. */
  total: number;
}

/** The worker listens from now on; what was sent to it before is lost. Once. */
export interface StartedEvent {
  type: "started";
}

/** The device that will do the work; sent before anything is fetched. */
export interface DeviceEvent extends DeviceInfo {
  type: "device";
}

/** The package waits for another one that is being opened or dropped elsewhere, in another tab for instance. */
export interface WaitingEvent {
  type: "waiting";
}

/** The package has been found; its bytes are next. The model that was open, which an earlier failure leaves, is let go. */
export interface FoundEvent {
  type: "found";
  /** The package's model id. */
  id: string;
  /** Bytes of the whole package. */
  total_bytes: number;
  /** Bytes of it that are kept here from an earlier time. */
  kept_bytes: number;
  /** How many more bytes can be kept, where that is known. */
  free_bytes?: number;
}

/**
 * The host's package cannot be used, and the one that was here as a whole before is opened in its place; what follows is about that
 * one.
 */
export interface OlderEvent {
  type: "older";
  /** What is wrong with the host's, without a full stop. */
  reason: string;
}

/** What the model needs of the device and what there is of it, before any of its chunks is fetched, and before a refusal. */
export interface PreflightEvent extends Preflight {
  type: "preflight";
}

/** How fast this device can be expected to answer with the model, before its bytes are fetched. Not sent without a GPU. */
export interface ExpectedEvent {
  type: "expected";
  /** New tokens a second, from a short measurement of the device. */
  tokens_per_second: number;
}

/** The package is used, but no more of it is kept: the next time it comes from its host again. */
export interface NotKeptEvent {
  type: "not_kept";
  /** Why, without a full stop. */
  reason: string;
}

/** Progress of the package's bytes, verified ones only. */
export interface LoadingEvent {
  type: "loading";
  /** Bytes that have arrived and passed their check. */
  bytes: number;
  /** Bytes of the whole package. */
  total: number;
}

/** Bytes of chunks under way, on top of those of LoadingEvent; they cannot be checked before their chunk is whole. */
export interface ArrivingEvent {
  type: "arriving";
  /** Bytes of all chunks under way. */
  bytes: number;
}

/** The picture that was sent while the package is still on its way has been encoded already. */
export interface PictureAheadEvent {
  type: "picture_ahead";
  /** Its size, after its EXIF orientation. */
  size: PictureSize;
}

/** Progress of the preparation of the GPU: shaders compiled, launches recorded. */
export interface CompilingEvent {
  type: "compiling";
  /** Parts of the model that are ready. */
  done: number;
  /** Parts in all. */
  total: number;
}

/** The model can be asked. */
export interface ReadyEvent extends ModelInfo {
  type: "ready";
}

/** The picture has been encoded. */
export interface ImageReadyEvent {
  type: "image_ready";
  /** Its size, after its EXIF orientation. */
  size: PictureSize;
}

/** The next piece of the answer. */
export interface TokenEvent {
  type: "token";
  /** Decoded text, never empty; a token that ends inside a character gives its text later. */
  text: string;
}

/** The answer is complete. */
export interface DoneEvent extends Answer {
  type: "done";
}

/** Every kernel that was checked agreed with its twin. */
export interface KernelsCheckedEvent {
  type: "kernels_checked";
  /** How many cases have passed. */
  cases: number;
  /** Groups of cases that have passed, with those before the first: where to go on, until it is `of`. */
  groups: number;
  /** Groups in all. */
  of: number;
}

/** Progress of reading a kept package again. */
export interface VerifyingEvent {
  type: "verifying";
  /** The address it was opened from. */
  url: string;
  /** Bytes that have been read. */
  bytes: number;
  /** Bytes of it that are kept. */
  total: number;
}

/** A kept package has been read again. */
export interface VerifiedEvent {
  type: "verified";
  /** The address it was opened from. */
  url: string;
  /** How many chunks have been read. */
  chunks: number;
  /** How many of those were wrong and have been dropped. */
  dropped: number;
}

/** The packages that are kept, the most recently opened first. */
export interface PackagesEvent {
  type: "packages";
  /** One for each address. */
  packages: KeptPackage[];
}

/** The request failed; the engine is ready for the next one. */
export interface FailedEvent {
  type: "failed";
  /** One sentence: what happened and what to do. */
  error: string;
  /** Whether the same request may succeed a little later without anyone changing anything. */
  is_transient: boolean;
  /** What kind of failure it is, where something else follows from it than from others. */
  kind: FailureKind;
}

/**
 * The engine can do nothing more and has to be started anew: its device is gone, or its program has failed. Before all of the
 * program has come, it could not be fetched.
 */
export interface StoppedEvent {
  type: "stopped";
  /** Why, without a full stop. */
  reason: string;
}

/** The device an engine runs on. */
export interface DeviceInfo {
  /** `gpu`; in a browser there is nothing else. */
  kind: string;
  /** The adapter's name as the browser gives it. */
  name: string;
  /** Its limits. */
  limits?: DeviceLimits;
  /** Names the kernels it will run, by their text: that those of one name have passed the check says nothing of others. */
  kernels: string;
}

/** How much a GPU takes at once, by its adapter. */
export interface DeviceLimits {
  /** Bytes of the largest buffer. */
  max_buffer_bytes: number;
  /** Bytes of the largest part of a buffer that a kernel is handed. */
  max_binding_bytes: number;
}

/** What a model needs of a device, about, and what there is. */
export interface Preflight {
  /** Bytes of the device's memory for the weights. */
  weight_bytes: number;
  /** Bytes of it for a picture and the longest conversation. */
  working_bytes: number;
  /** Tokens of the longest conversation. */
  max_positions: number;
  /** How many of all those bytes could be had: all of them, where there is room; 0 where a limit is too low to try. */
  available_bytes: number;
  /** Bytes of the largest buffer, to be compared with the device's limits. */
  largest_buffer_bytes: number;
}

export type FailureKind =
  /** Nothing but what the sentence says. */
  | "other"
  /** A checked kernel computes something else than it should. */
  | "miscomputes"
  /** The device has or had too little memory. */
  | "out_of_memory"
  /** The model is too large for what the device takes at once. */
  | "limit"
  /** The browser offers no WebGPU here. */
  | "no_web_gpu"
  /** There is WebGPU, and no adapter behind it that opens. */
  | "no_adapter"
  /** The adapter lacks a feature without which nothing runs. */
  | "missing_feature"
  /** The package's host did not answer, or with an error of its own. */
  | "host_failed"
  /** A part of the package is not there, or nothing can be fetched from such an address. */
  | "package_missing"
  /** What came is not what its manifest says. */
  | "package_damaged"
  /** The question does not fit into the model's context. */
  | "too_long"
  /** Another worker of the same site is opening, checking or dropping the package. */
  | "package_busy";

/** What there is to know of the loaded model. */
export interface ModelInfo {
  /** The package's model id. */
  id: string;
  /** Sentence for people about what this model is. */
  about: string;
  /** Bytes of weights held on the device. */
  weight_bytes: number;
}

/** Width and height of a picture in pixels. */
export interface PictureSize {
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
}

/** A package that this browser keeps. */
export interface KeptPackage {
  /** The address it was opened from. */
  url: string;
  /** The package's model id. */
  id: string;
  /** Bytes of the whole package. */
  total_bytes: number;
  /** Bytes of it that are kept. */
  kept_bytes: number;
  /** Whether it was once here as a whole, so that it can be opened without its host. */
  is_complete: boolean;
  /** When it was last opened as a whole, in milliseconds since 1970; 0 if never. */
  opened_ms: number;
}

/** A finished answer. */
export interface Answer {
  /** The new tokens decoded, special tokens left out: all `token` texts, joined. */
  text: string;
  /** The same without `Assistant:` and `###`, trimmed: what people read, and what the next question's turn carries. */
  answer: string;
  /** The new tokens. */
  token_ids: number[];
  /** The prompt's tokens. */
  prompt_token_ids: number[];
  /** Why it ended. */
  finish_reason: FinishReason;
  /** How many of the oldest turns were left out because the conversation had become too long. */
  turns_dropped: number;
  /** Kind and name of the device. */
  device: string;
  /** Where the time went, since the answer before. */
  timings_ms: Timings;
  /** Decode speed, the first token left out; 0 when there was no second. */
  tokens_per_second: number;
  /** Share of the speed at which the device copies memory that decoding reached; 0 where it was not measured. */
  share_of_copy: number;
  /** What was computed and what was reused, since the answer before. */
  counters: Counters;
  /** Largest amount of GPU memory in use so far. */
  peak_gpu_bytes: number;
}

/** The text reached `###`; the model gave its end-of-sequence token; there was no room for more; it was cancelled. */
export type FinishReason = "stop" | "eos" | "length" | "cancelled";

/** Milliseconds of each step. */
export interface Timings {
  /** Fetching and uploading the package. */
  load: number;
  /** Decoding and encoding the picture. */
  image: number;
  /** Pooling the regions. */
  regions: number;
  /** Reading the prompt, up to the first token. */
  prefill: number;
  /** All further tokens. */
  decode: number;
}

/** What one answer computed and what it found already done. */
export interface Counters {
  /** Pictures through the vision tower. */
  pictures_encoded: number;
  /** Boxes through the region extractor. */
  regions_encoded: number;
  /** Prompt tokens through the decoder. */
  tokens_prefilled: number;
  /** Prompt tokens found in the KV cache. */
  tokens_reused: number;
}

/** What comes between a request and its end, but for the pieces of an answer. */
export type Progress =
  | ProgramEvent
  | DeviceEvent
  | WaitingEvent
  | FoundEvent
  | OlderEvent
  | PreflightEvent
  | ExpectedEvent
  | NotKeptEvent
  | LoadingEvent
  | ArrivingEvent
  | PictureAheadEvent
  | CompilingEvent
  | VerifyingEvent
  | VerifiedEvent;

/** How an engine is started. */
export interface StartOptions {
  /** Address of `roichat-worker_loader.js`, of the page's own origin; by default the one beside this module. */
  workerUrl?: string | URL;
  /** Is told what the engine is doing. */
  onProgress?: (event: Progress) => void;
}

/** How an engine is started with a model in it. */
export interface OpenOptions extends StartOptions {
  /** Address of the package's folder, relative to the page. */
  model: string | URL;
  /** The folder itself, where it is on the disk; `model` is then only a name. */
  folder?: Folder;
  /** Gives up opening: the engine ends, and the signal's reason is thrown. What has arrived stays kept. */
  signal?: AbortSignal;
}

/** Something about the engine; what is thrown is a `RequestError` or a `StoppedError`. */
export class RoiChatError extends Error {}

/** A request failed; `message` is a sentence for people. The engine is ready for the next one. */
export class RequestError extends RoiChatError {
  private constructor();
  /** Whether the same request may succeed a little later without anyone changing anything. */
  readonly isTransient: boolean;
  /** What kind of failure it is. */
  readonly kind: FailureKind;
}

/** The engine has ended: it could not be started, lost its device, failed or was closed. Open another one. */
export class StoppedError extends RoiChatError {}

/** An engine in a worker of its own. Requests may be made at any time and are worked off in their order. */
export class RoiChat {
  private constructor();

  /** Starts an engine and opens a model in it. When that fails, the engine ends. */
  static open(options: OpenOptions): Promise<RoiChat>;

  /** Starts an engine without a model, to look after kept packages for instance. */
  static start(options?: StartOptions): Promise<RoiChat>;

  /** The device that does the work; null until something needed it. */
  readonly device: DeviceInfo | null;

  /** The model that is open; null if there is none, and after one that could not be opened. */
  readonly model: ModelInfo | null;

  /**
   * Opens a model in place of the one before. Picture and conversation are forgotten. With a folder on the disk, `model` is only a
   * name.
   */
  openModel(model: string | URL, folder?: Folder): Promise<ModelInfo>;

  /** Makes an encoded PNG, JPEG or WebP the picture that questions are about. The caller keeps its bytes. */
  setPicture(file: Blob | ArrayBuffer | Uint8Array): Promise<PictureSize>;

  /**
   * Asks one question, or the last one of a conversation. Yields the answer in pieces for people, which joined are
   * `Answer.answer`, and returns the answer. Nothing is asked before the first piece is awaited; whoever leaves the loop
   * early cancels.
   */
  ask(
    question: string | Iterable<Turn>,
    boxes?: Iterable<Iterable<number>>,
    options?: GenerateOptions,
  ): AsyncGenerator<string, Answer, void>;

  /** Ends the answer under way, which is then complete with `finish_reason` `"cancelled"`; else does nothing. */
  cancel(): void;

  /** Runs every kernel on the device against its plain twin; how many cases agreed. */
  checkKernels(): Promise<number>;

  /** The packages that this browser keeps for this site, the most recently opened first. */
  listPackages(): Promise<KeptPackage[]>;

  /** Drops a kept package; what is kept then. A model that is open goes on running. */
  removePackage(model: string | URL): Promise<KeptPackage[]>;

  /**
   * Reads a kept package and drops what is wrong in it, to be fetched when it is opened; what is kept then. `onProgress` is told how
   * far that is, and how many chunks were wrong.
   */
  verifyPackage(model: string | URL): Promise<KeptPackage[]>;

  /** Ends the engine and frees its memory. Requests that have not ended fail with a `StoppedError`. */
  close(): void;
}
