(* Operations of the integers beyond those that Coq's own mapping knows. Each is what its name says, for all arguments that occur. *)

type t = Z.t

let one = Z.one
let twice m = Z.add m m
let twice_and_one m = Z.succ (Z.add m m)

(* A number above 0 is one, or twice another one, or one more than that. *)
let by_last_bit more_than_twice is_twice is_one m =
  if Z.equal m Z.one then is_one ()
  else if Z.is_even m then is_twice (Z.shift_right m 1)
  else more_than_twice (Z.shift_right m 1)

let shift_left m d = if Z.sign d >= 0 then Z.shift_left m (Z.to_int d) else Z.shift_right m (-Z.to_int d)
let shift_right m d = shift_left m (Z.neg d)

(* The bits of a number above 0, and such a number as a native one. *)
let size m = Z.of_int (Z.numbits m)
let native = Z.to_int

(* Quotient and remainder of two numbers above 0. *)
let divide a b = if Z.sign b > 0 then Z.ediv_rem a b else failwith "a division by a number that is not above 0"

(* Powers of 2 are shifts. *)
let two = Z.of_int 2
let power m n = if Z.equal m two then Z.shift_left Z.one (Z.to_int n) else Z.pow m (Z.to_int n)

(* Of numbers not below 0; by 0, the quotient is 0. *)
let quotient a b = if b = 0 then 0 else a / b
let remainder a b = if b = 0 then a else a mod b
