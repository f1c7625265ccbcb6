(* Machines that work digit by digit from the right, with a carry. A borrow is a negative carry.

   Each state q stands for a carry, each symbol s for a weight. The law of one step is
     what is said + b * (the next carry) = weight s + carry q.
   Then the outputs along a word are the digits of the sum of all weights and the first carry. *)

From Coq Require Import List Arith ZArith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits.
Import ListNotations.
Local Open Scope Z_scope.

Section Carry.

Variables (M : machine) (states symbols b : nat) (carry weight : nat -> Z).

Definition carries : Prop := forall q s, (q < states)%nat -> (s < symbols)%nat ->
  (next M q s < states)%nat /\ (said M q s < b)%nat /\
  Z.of_nat (said M q s) + Z.of_nat b * carry (next M q s) = weight s + carry q.

Hypothesis law : carries.

Theorem carried w : over symbols w -> forall q, (q < states)%nat ->
  outputs_from M q w = padded b (length w) (total b weight w + carry q).
Proof.
  induction 1 as [|s w Hs _ IH]; intros q Hq; [reflexivity|].
  destruct (law q s Hq Hs) as (state & digit & sum). cbn [outputs_from length padded total].
  set (c := carry (next M q s)) in *. set (rest := total b weight w) in *.
  replace (weight s + Z.of_nat b * rest + carry q) with ((rest + c) * Z.of_nat b + Z.of_nat (said M q s)) by lia.
  rewrite Z.div_add_l, Z.div_small, Z.add_0_r by lia.
  rewrite Z.add_comm, Z.mod_add, Z.mod_small, Nat2Z.id by lia.
  f_equal. now apply IH.
Qed.

End Carry.
