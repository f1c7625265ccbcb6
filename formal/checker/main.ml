(* Reads the kind of a proof, a net, a machine and the proof as words from standard input, and says whether the verified check passes.
   `list` is a count and then that many items; a number m 2^e is `m e`. The reader is not verified. With --seconds it prints, too, what
   the check takes of the processor. *)

open Verified

let word () = Scanf.scanf " %s" (fun w -> if w = "" then failwith "the input ends too early" else w)

let whole () =
  let n = int_of_string (word ()) in
  if n < 0 then failwith "a number below 0" else n

let big () = Big_int_Z.big_int_of_string (word ())

let rec times n item = if n = 0 then [] else let x = item () in x :: times (n - 1) item
let list item () = let n = whole () in times n item

let number () = let m = big () in let e = big () in (m, e)
let numbers = list number
let wholes = list whole

let binary = function
  | "add" -> Add | "subtract" -> Subtract | "multiply" -> Multiply | "maximum" -> Maximum | "minimum" -> Minimum
  | other -> failwith ("no operation on two values: " ^ other)

let unary = function
  | "tanh" -> Tanh | "sigmoid" -> Sigmoid | "relu" -> Relu | "exp" -> Exp | "absolute" -> Absolute | "square" -> Square
  | "reciprocal" -> Reciprocal | "rsqrt" -> Rsqrt | "softplus" -> Softplus | "silu" -> Silu | "gelu" -> Gelu
  | other -> failwith ("no operation on one value: " ^ other)

let instruction () =
  match word () with
  | "Symbol" -> Symbol
  | "State" -> State
  | "Tensor" -> Tensor (numbers ())
  | "Constant" -> let x = number () in let rows = whole () in Constant (x, rows)
  | "Slice" -> let a = whole () in let first = whole () in let past = whole () in Slice (a, first, past)
  | "Take" -> let a = whole () in let rows = wholes () in Take (a, rows)
  | "Concatenate" -> Concatenate (wholes ())
  | "Matmul" -> let weight = list numbers () in let a = whole () in Matmul (weight, a)
  | "Apply2" -> let f = binary (word ()) in let a = whole () in let b = whole () in Apply2 (f, a, b)
  | "Apply1" -> let f = unary (word ()) in let a = whole () in Apply1 (f, a)
  | "Lerp" -> let z = whole () in let a = whole () in let b = whole () in Lerp (z, a, b)
  | "Scale" -> let x = number () in let a = whole () in Scale (x, a)
  | "Mean" -> Mean (whole ())
  | "MeanSquare" -> MeanSquare (whole ())
  | "Center" -> Center (whole ())
  | "Normalize" -> let x = number () in let a = whole () in Normalize (x, a)
  | "Softmax" -> Softmax (whole ())
  | "Matvec" -> let a = whole () in let b = whole () in Matvec (a, b)
  | "Stored" -> Stored (whole ())
  | other -> failwith ("no operation: " ^ other)

let net () =
  let base = whole () in
  let tapes = whole () in
  let start_state = numbers () in
  let step = list instruction () in
  let answer = list instruction () in
  let readout_weight = list numbers () in
  let readout_bias = numbers () in
  { base; tapes; start_state; step; answer; readout_weight; readout_bias }

let machine () =
  let start = whole () in
  let delta = list wholes () in
  let output = list wholes () in
  { start; delta; output }

let ends () = let low = number () in let high = number () in (low, high)

let node () =
  let of_state = whole () in
  let region = list ends () in
  let following = wholes () in
  { of_state; region; following }

let certificate () =
  let cut = wholes () in
  let first = whole () in
  let nodes = list node () in
  let epsilon = number () in
  let eta = number () in
  { cut; first; nodes; epsilon; eta }

let ellipsoid_node () =
  let state_of = whole () in
  let middle_of = numbers () in
  let shape = list numbers () in
  let spread = numbers () in
  let followers = wholes () in
  let shares = list (list numbers) () in
  { state_of; states = { middle_of; shape; spread }; followers; shares }

(* A slice has four numbers. *)
let slice () =
  match numbers () with
  | [ end_of; shifted_by; along; across ] -> { end_of; shifted_by; along; across }
  | _ -> failwith "a slice has not four numbers"

let ellipsoid_certificate () =
  let blocks = whole () in
  let slices = list slice () in
  let entry_node = whole () in
  let ellipsoid_nodes = list ellipsoid_node () in
  let noise = number () in
  let margin = number () in
  { blocks; slices; entry_node; ellipsoid_nodes; noise; margin }

let rounded_certificate () =
  let cut_values = wholes () in
  let fraction_bits = whole () in
  let visited_states = big () in
  let checked_steps = big () in
  let step_error = number () in
  let lead = number () in
  { cut_values; fraction_bits; visited_states; checked_steps; step_error; lead }

(* What is read has to be all there is. *)
let last item = let x = item () in Scanf.scanf " %!" (); x

(* Words of memory for new values. With OCaml's own choice, a small check would spend most of its time on fresh pages. *)
let young = 32768

(* A proof about short words, or about those that an automaton reads, with what it needs beside the proof. *)
let of_short_words certificate pass =
  let proof = certificate () in
  let most = big () in
  let steps = last (fun () -> list big ()) in
  pass proof most steps
let of_an_automaton certificate pass =
  let proof = certificate () in
  let automaton = list wholes () in
  let states = last wholes in
  pass proof automaton states

let () =
  Gc.set { (Gc.get ()) with minor_heap_size = young };
  let kind = word () in
  let net = net () in
  let machine = machine () in
  let check = match kind with
    | "boxes" -> let proof = last certificate in fun () -> boxes_pass net machine proof
    | "boxes-of-short-words" ->
        of_short_words certificate (fun proof most steps () -> short_words_pass net machine proof most steps)
    | "boxes-of-an-automaton" ->
        of_an_automaton certificate (fun proof automaton states () -> words_of_pass net machine proof automaton states)
    | "ellipsoids" -> let proof = last ellipsoid_certificate in fun () -> ellipsoids_pass net machine proof
    | "ellipsoids-of-short-words" ->
        of_short_words ellipsoid_certificate (fun proof most steps () -> ellipsoids_of_short_words_pass net machine proof most steps)
    | "ellipsoids-of-an-automaton" ->
        of_an_automaton ellipsoid_certificate (fun proof automaton states () -> ellipsoids_of_words_pass net machine proof automaton states)
    | "rounded-states" -> let proof = last rounded_certificate in fun () -> rounded_states_pass net machine proof
    | other -> failwith ("no kind of proof: " ^ other) in
  let started = Sys.time () in
  print_endline (if check () then "passes" else "does not pass");
  if Array.mem "--seconds" Sys.argv then Printf.printf "%.6f\n" (Sys.time () -. started)
