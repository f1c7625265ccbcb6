(* A recurrent net, its states and its answers over the real numbers, and all the states that a machine with rounding may compute. *)

From Coq Require Import ZArith Reals List Arith Lra Lia.
From Anylength Require Import Numbers Program.
Import ListNotations.

Record net := {
  base : nat;
  tapes : nat;
  start_state : list dyadic;
  step : list (instruction dyadic);
  answer : list (instruction dyadic);
  readout_weight : list (list dyadic);
  readout_bias : list dyadic
}.

(* Symbols are the numbers below base^tapes. On tape i the symbol s has the digit (s / base^i) mod base. *)
Definition symbols (net : net) : nat := base net ^ tapes net.
Definition digit (base s tape : nat) : nat := (s / base ^ tape) mod base.

Definition one_hot (size k : nat) : list dyadic := map (fun j => if j =? k then (1, 0)%Z else (0, 0)%Z) (seq 0 size).
Definition encoded (net : net) (s : nat) : list dyadic :=
  concat (map (fun tape => one_hot (base net) (digit (base net) s tape)) (seq 0 (tapes net))).

Section Over.
Variables (N : numbers) (net : net).

Definition code (c : list (instruction dyadic)) : list (instruction N) := map (with_weights exactly) c.
Definition symbol_of (s : nat) : value N := map exactly (encoded net s).
Definition answer_of (s : nat) (state : value N) : value N := result_of (symbol_of s) state (code (answer net)).
Definition weight_row (c : nat) : value N := map exactly (nth c (readout_weight net) []).
Definition bias_of (c : nat) : N := exactly (nth c (readout_bias net) (0, 0)%Z).
End Over.

Arguments code {N} c.
Arguments symbol_of {N} net s.
Arguments answer_of {N} net s state.
Arguments weight_row {N} net c.
Arguments bias_of {N} net c.

Local Open Scope R_scope.

Definition values_at (net : net) (s : nat) (h : list R) : list (list R) :=
  values_of (N := reals) (symbol_of net s) h (code (step net)).

(* The exact step from the state h under the symbol s. *)
Definition next_state (net : net) (s : nat) (h : list R) : list R := last (values_at net s h) [].

Definition logit (net : net) (s : nat) (h : list R) (c : nat) : R :=
  dot (N := reals) (weight_row net c) (answer_of (N := reals) net s h) + bias_of (N := reals) net c.

(* `computes net epsilon w h`: after the word w the state h can have been computed, if every step may be wrong by up to epsilon in every coordinate. *)
Inductive computes (net : net) (epsilon : R) : list nat -> list R -> Prop :=
  | at_start : computes net epsilon [] (map real_of (start_state net))
  | one_step w h s h' :
      computes net epsilon w h -> (s < symbols net)%nat ->
      Forall2 (fun x y => Rabs (x - y) <= epsilon) h' (next_state net s h) ->
      computes net epsilon (w ++ [s]) h'.

(* The net answers o when its last symbol was s and its state is h: o has the largest logit, and no other class has. *)
Definition answers (net : net) (s : nat) (h : list R) (o : nat) : Prop :=
  (o < length (readout_weight net))%nat /\
  forall c, (c < length (readout_weight net))%nat -> c <> o -> logit net s h c < logit net s h o.

(* Some state is always computed, for one by exact steps: what is said of all computed states is said of something. *)
Lemma something_is_computed net epsilon : 0 <= epsilon ->
  forall w, Forall (fun s => (s < symbols net)%nat) w -> exists h, computes net epsilon w h.
Proof.
  intros E w; induction w as [|s w IH] using rev_ind; intros F; [eexists; constructor|].
  apply Forall_app in F. destruct F as [F S]. inversion S; subst. destruct (IH F) as [h H].
  exists (next_state net s h). apply one_step with h; auto.
  generalize (next_state net s h). intros l; induction l; constructor; auto. rewrite Rminus_diag, Rabs_R0; auto.
Qed.

Lemma only_one_answer net s h o o' : answers net s h o -> answers net s h o' -> o = o'.
Proof.
  intros [L A] [L' A']. destruct (Nat.eq_dec o o') as [|D]; auto.
  specialize (A o' L' (not_eq_sym D)). specialize (A' o L D). lra.
Qed.
