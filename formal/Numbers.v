(* Kinds of numbers: real numbers, intervals, and whatever else a step can be computed with. *)

From Coq Require Import ZArith Reals List.
From Flocq Require Import Core.
From Coquelicot Require Hierarchy RInt.
Import ListNotations.

(* The pair (m, e) stands for m 2^e. Every float32 number and every number of a certificate is one. *)
Definition dyadic := (Z * Z)%type.
Definition real_of (d : dyadic) : R := (IZR (fst d) * bpow radix2 (snd d))%R.

Inductive binary := Add | Subtract | Multiply | Maximum | Minimum.
Inductive unary := Tanh | Sigmoid | Relu | Exp | Absolute | Square | Reciprocal | Rsqrt | Softplus | Silu | Gelu.

(* What a kind of numbers has to offer. All else that a step does is written once, in Program.v. *)
Record numbers := {
  number :> Type;
  exactly : dyadic -> number;
  apply2 : binary -> number -> number -> number;
  apply1 : unary -> number -> number;
  lerp : number -> number -> number -> number;               (* lerp z a b is (1 - z) a + z b *)
  divided : number -> nat -> number;                         (* by a count *)
  normalized : number -> number -> nat -> number -> number   (* normalized x s n e is x / sqrt ((x x + s) / n + e) *)
}.

Arguments exactly {_} _.
Arguments apply2 {_} _ _ _.
Arguments apply1 {_} _ _.
Arguments lerp {_} _ _ _.
Arguments divided {_} _ _.
Arguments normalized {_} _ _ _ _.

Section Sums.
Variable N : numbers.

Definition zero : N := exactly (0, 0)%Z.
Definition one : N := exactly (1, 0)%Z.

Fixpoint total (l : list N) : N :=
  match l with
  | [] => zero
  | x :: rest => apply2 Add x (total rest)
  end.

(* The dot product; the shorter list ends it. *)
Fixpoint dot (row : list N) (column : list N) : N :=
  match row, column with
  | w :: row', x :: column' => apply2 Add (apply2 Multiply w x) (dot row' column')
  | _, _ => zero
  end.

Definition mean (l : list N) : N := divided (total l) (length l).
Definition mean_square (l : list N) : N := divided (total (map (apply1 Square) l)) (length l).
End Sums.

Arguments zero {_}.
Arguments one {_}.
Arguments total {_} _.
Arguments dot {_} _ _.
Arguments mean {_} _.
Arguments mean_square {_} _.

(* Each element with all the others. *)
Fixpoint each_with_others {A : Type} (before l : list A) : list (A * list A) :=
  match l with
  | [] => []
  | x :: rest => (x, before ++ rest) :: each_with_others (before ++ [x]) rest
  end.

(* The real numbers, and what each operation means there. *)
Local Open Scope R_scope.

Definition real_binary (f : binary) (x y : R) : R :=
  match f with
  | Add => x + y
  | Subtract => x - y
  | Multiply => x * y
  | Maximum => Rmax x y
  | Minimum => Rmin x y
  end.

Definition sigmoid (x : R) : R := / (1 + exp (- x)).

(* The normal distribution: 1/2 and the integral of e^(-t^2/2) / sqrt (2 pi) from 0 to x. *)
Definition gaussian (t : R) : R := exp (- (t * t / 2)).
Definition normal_distribution (x : R) : R := / 2 + @RInt.RInt Hierarchy.R_CompleteNormedModule gaussian 0 x / sqrt (2 * PI).

Definition real_unary (f : unary) (x : R) : R :=
  match f with
  | Tanh => tanh x
  | Sigmoid => sigmoid x
  | Relu => Rmax 0 x
  | Exp => exp x
  | Absolute => Rabs x
  | Square => x * x
  | Reciprocal => / x
  | Rsqrt => / sqrt x
  | Softplus => ln (1 + exp x)
  | Silu => x * sigmoid x
  | Gelu => x * normal_distribution x
  end.

Definition reals : numbers := {|
  number := R;
  exactly := real_of;
  apply2 := real_binary;
  apply1 := real_unary;
  lerp := fun z a b => (1 - z) * a + z * b;
  divided := fun x n => x / INR n;
  normalized := fun x s n e => x / sqrt ((x * x + s) / INR n + e)
|}.
