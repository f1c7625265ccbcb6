(* The integers modulo 2^63 of Coq's library, as OCaml has them. Where they are compared or shifted, they stand for 0 to 2^63 - 1. *)

type t = int

let of_int x = x
let add = ( + )
let sub = ( - )
let l_and = ( land )
let l_or = ( lor )
let l_sl x d = if 0 <= d && d < 63 then x lsl d else 0
let l_sr x d = if 0 <= d && d < 63 then x lsr d else 0
let equal (x : int) y = x = y
let le x y = x lxor min_int <= y lxor min_int

(* From a number above 0, modulo 2^63, and back. *)
let of_positive m = Z.to_int (Z.signed_extract m 0 63)
let to_z x = if x >= 0 then Z.of_int x else Z.add (Z.of_int x) (Z.shift_left Z.one 63)
