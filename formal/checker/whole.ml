(* Operations of the integers beyond those that Coq's own mapping knows. Each is what its name says, for all arguments that occur. *)

let shift_left m d = if Z.sign d >= 0 then Z.shift_left m (Z.to_int d) else Z.shift_right m (-Z.to_int d)
let shift_right m d = shift_left m (Z.neg d)

(* The bits of a number above 0. *)
let size m = Z.of_int (Z.numbits m)

(* Quotient and remainder of two numbers above 0. *)
let divide a b = if Z.sign b > 0 then Z.ediv_rem a b else failwith "a division by a number that is not above 0"

let power m n = Z.pow m (Z.to_int n)
