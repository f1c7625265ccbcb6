(* What a machine may compute for a step program, and for a net: in binary32, while weights, states and logits are stored in some format. *)

From Coq Require Import ZArith Reals List Arith.
From Flocq Require Import Core.
From Anylength Require Import Numbers Program Net Float32 DotProducts Functions32 Quotients32 Normalize32 Softmax32 Storage.
Import ListNotations.
Local Open Scope R_scope.

(* A row of a value: the terms that the machine has still to sum, or one number. It may sum them again wherever it needs the row. *)
Notation rows32 := (list (list term)).

Definition number_row (y : R) : list term := [Number y].

(* A weight as it is stored. Numbers of a program that are no weights are so in binary32. *)
Definition weight32 (f : format) (w : dyadic) (y : R) : Prop := stores f (real_of w) y.
Definition weight32_row (f : format) (w : dyadic) (l : list term) : Prop := exists y, weight32 f w y /\ l = number_row y.

Definition products (f : format) (ws : list dyadic) (column : rows32) (l : list term) : Prop :=
  exists ws' ys, Forall2 (weight32 f) ws ws' /\ Forall2 makes column ys /\ l = map2 Product ws' ys.

Definition opposite_term (t : term) : term := match t with Number x => Number (- x) | Product a b => Product (- a) b end.

(* lerp as (1 - z) a + z b, as a + z (b - a), or as a - z a + z b. *)
Definition lerp32 (z a b y : R) : Prop :=
  (exists z' w, flushes z z' /\ rounds (1 - z') w /\ makes [Product w a; Product z b] y) \/
  (exists a' b' w, flushes a a' /\ flushes b b' /\ rounds (b' - a') w /\ makes [Number a; Product z w] y) \/
  makes [Number a; Product (- z) a; Product z b] y.

Definition unary32 (f : unary) (l l' : list term) : Prop :=
  match f with
  | Square => exists x x', makes l x /\ makes l x' /\ l' = [Product x x']
  | _ => exists x y, makes l x /\ function32 f x y /\ l' = number_row y
  end.

Definition binary32 (f : binary) (l : list term * list term) (l' : list term) : Prop :=
  match f with
  | Add => l' = fst l ++ snd l
  | Subtract => l' = fst l ++ map opposite_term (snd l)
  | Multiply => exists x y, makes (fst l) x /\ makes (snd l) y /\ l' = [Product x y]
  | Maximum => exists x y, makes (fst l) x /\ makes (snd l) y /\ l' = number_row (Rmax x y)
  | Minimum => exists x y, makes (fst l) x /\ makes (snd l) y /\ l' = number_row (Rmin x y)
  end.

Definition lerp_row (l : list term * (list term * list term)) (l' : list term) : Prop :=
  exists z a b y, makes (fst l) z /\ makes (fst (snd l)) a /\ makes (snd (snd l)) b /\ lerp32 z a b y /\ l' = number_row y.

(* Means of a value's rows, and of their squares. *)
Definition mean32 (column : rows32) (y : R) : Prop :=
  exists ys t, Forall2 makes column ys /\ makes (map Number ys) t /\ divides32 (length ys) t y.
Definition mean_square32 (column : rows32) (y : R) : Prop :=
  exists ys zs t, Forall2 makes column ys /\ Forall2 makes column zs /\ makes (map2 Product ys zs) t /\ divides32 (length ys) t y.

Definition center_row (column : rows32) (l l' : list term) : Prop :=
  exists x m, makes l x /\ mean32 column m /\ l' = [Number x; Number (- m)].
(* normalize: x / sqrt (m + epsilon), where the machine has made the mean square m and added epsilon to it. *)
Definition normalize_row (epsilon : dyadic) (column : rows32) (l l' : list term) : Prop :=
  exists x m e w y, makes l x /\ mean_square32 column m /\ weight32 Float32 epsilon e /\ rounds (m + e) w /\ scales32 x w y /\ l' = number_row y.

(* softmax: the machine subtracts the largest argument, and divides each exponential by the sum of all. *)
Definition softmax_row (column : rows32) (l l' : list term) : Prop :=
  exists ys es largest x e total y, Forall2 makes column ys /\ In largest ys /\ (forall z, In z ys -> z <= largest) /\
    Forall2 (exponential32 largest) ys es /\ makes (map Number es) total /\
    makes l x /\ exponential32 largest x e /\ quotient32 e total y /\ l' = number_row y.

Definition matvec_row (column row : rows32) (l : list term) : Prop :=
  exists ys zs, Forall2 makes row ys /\ Forall2 makes column zs /\ l = map2 Product ys zs.

(* A machine may use a value as it was computed, or as it has been stored. *)
Definition stored_row (f : format) (l l' : list term) : Prop := exists y z, makes l y /\ (z = y \/ stores f y z) /\ l' = number_row z.

(* The value v that a machine may compute for the instruction i. *)
Definition executes32 (f : format) (symbol : list dyadic) (state : list R) (values : list rows32) (i : instruction dyadic) (v : rows32) : Prop :=
  let at_ k := nth k values [] in
  match i with
  | Symbol => Forall2 (weight32_row Float32) symbol v
  | State => v = map number_row state
  | Tensor w => Forall2 (weight32_row f) w v
  | Constant x rows => Forall2 (weight32_row Float32) (repeat x rows) v
  | Slice a first past => v = firstn (past - first) (skipn first (at_ a))
  | Take a rows => v = map (fun k => nth k (at_ a) (number_row 0)) rows
  | Concatenate of => v = concat (map at_ of)
  | Matmul weight a => Forall2 (fun ws l => products f ws (at_ a) l) weight v
  | Apply2 g a b => Forall2 (binary32 g) (combine (at_ a) (at_ b)) v
  | Apply1 g a => Forall2 (unary32 g) (at_ a) v
  | Lerp z a b => Forall2 lerp_row (combine (at_ z) (combine (at_ a) (at_ b))) v
  | Scale factor a => Forall2 (fun l l' => products Float32 [factor] [l] l') (at_ a) v
  | Stored a => Forall2 (stored_row f) (at_ a) v
  | Mean a => exists y, mean32 (at_ a) y /\ v = [number_row y]
  | MeanSquare a => exists y, mean_square32 (at_ a) y /\ v = [number_row y]
  | Center a => Forall2 (center_row (at_ a)) (at_ a) v
  | Matvec a b => Forall2 (matvec_row (at_ b)) (rows_of (length (at_ a) / length (at_ b)) (length (at_ b)) (at_ a)) v
  | Normalize epsilon a => Forall2 (normalize_row epsilon (at_ a)) (at_ a) v
  | Softmax a => Forall2 (softmax_row (at_ a)) (at_ a) v
  end.

Inductive run32 (f : format) (symbol : list dyadic) (state : list R) : list (instruction dyadic) -> list rows32 -> list rows32 -> Prop :=
  | all_run values : run32 f symbol state [] values values
  | one_run i code v values final :
      executes32 f symbol state values i v -> run32 f symbol state code (values ++ [v]) final ->
      run32 f symbol state (i :: code) values final.

(* One step from the state h under the symbol s: the new state is made, and stored. *)
Definition stored_sum (f : format) (l : list term) (z : R) : Prop := exists y, makes l y /\ stores f y z.
Definition step32 (f : format) (net : net) (s : nat) (h h' : list R) : Prop :=
  exists values, run32 f (encoded net s) h (step net) [] values /\ Forall2 (stored_sum f) (last values []) h'.

(* The states that the machine may have after a word. *)
Inductive runs32 (f : format) (net : net) : list nat -> list R -> Prop :=
  | starts32 h : Forall2 (weight32 f) (start_state net) h -> runs32 f net [] h
  | steps32 w h s h' : runs32 f net w h -> (s < symbols net)%nat -> step32 f net s h h' -> runs32 f net (w ++ [s]) h'.

(* A logit of the class c, computed from an answer, and stored. *)
Definition logit32 (f : format) (net : net) (answer : rows32) (c : nat) (y : R) : Prop :=
  exists l b, products f (nth c (readout_weight net) []) answer l /\ weight32_row f (nth c (readout_bias net) (0, 0)%Z) b /\
    stored_sum f (l ++ b) y.

(* The machine says o when its last symbol was s and its state is h: no logit is larger. *)
Definition says32 (f : format) (net : net) (s : nat) (h : list R) (o : nat) : Prop :=
  exists values logits, run32 f (encoded net s) h (answer net) [] values /\
    (forall c, (c < length (readout_weight net))%nat -> logit32 f net (last values []) c (logits c)) /\
    (o < length (readout_weight net))%nat /\
    forall c, (c < length (readout_weight net))%nat -> logits c <= logits o.
