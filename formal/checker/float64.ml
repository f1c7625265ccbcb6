(* The processor's floats of Coq's library, as OCaml has them: binary64, rounded to nearest. *)

type t = float
type float_class = PNormal | NNormal | PSubn | NSubn | PZero | NZero | PInf | NInf | NaN
type float_comparison = FEq | FLt | FGt | FNotComparable

let of_float (x : float) = x
let of_uint63 x = if x >= 0 then float_of_int x else 2. *. float_of_int ((x lsr 1) lor (x land 1))
let abs = Float.abs
let opp (x : float) = -.x
let add (x : float) y = x +. y
let sub (x : float) y = x -. y
let mul (x : float) y = x *. y
let div (x : float) y = x /. y
let sqrt = Float.sqrt
let next_up = Float.succ
let next_down = Float.pred
let eq (x : float) y = x = y
let lt (x : float) y = x < y
let le (x : float) y = x <= y
let compare (x : float) y = if x < y then FLt else if x > y then FGt else if x = y then FEq else FNotComparable

let classify x =
  match Float.classify_float x, Float.sign_bit x with
  | FP_normal, below -> if below then NNormal else PNormal
  | FP_subnormal, below -> if below then NSubn else PSubn
  | FP_zero, below -> if below then NZero else PZero
  | FP_infinite, below -> if below then NInf else PInf
  | FP_nan, _ -> NaN

(* A number is m 2^(e - shift) with 0.5 <= |m| < 1; m is an integer times 2^-53. *)
let shift = 2101

let frshiftexp x =
  match Float.classify_float x with
  | FP_zero | FP_infinite | FP_nan -> (x, 0)
  | FP_normal | FP_subnormal -> let m, e = Float.frexp x in (m, e + shift)

let ldshiftexp m e = Float.ldexp m ((if 0 <= e && e < 2 * shift then e else 2 * shift) - shift)

let normfr_mantissa m =
  let size = Float.abs m in
  if 0.5 <= size && size < 1. then int_of_float (Float.ldexp size 53) else 0
