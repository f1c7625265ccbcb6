(* A machine with binary32 numbers that rounds its state after every step, each number to a nearest multiple of 2^-m. *)

From Coq Require Import ZArith Reals List Arith.
From Anylength Require Import Machine Numbers Net Answers Storage Machine32 SomeRun32 Rounded.
Import ListNotations.

(* The states that the machine may have after a word. *)
Inductive rounded_runs32 (m : nat) (net : net) : list nat -> list R -> Prop :=
  | rounded_starts32 x h : Forall2 (weight32 Float32) (start_state net) x -> Forall2 (rounds_to m) x h -> rounded_runs32 m net [] h
  | rounded_steps32 w h s x h' : rounded_runs32 m net w h -> s < symbols net -> step32 Float32 net s h x -> Forall2 (rounds_to m) x h' ->
      rounded_runs32 m net (w ++ [s]) h'.

(* It reads the word w and writes `out`, one answer for each symbol, however it rounds and in whatever order it sums. *)
Definition always_writes32_rounded (m : nat) (net : net) (w out : list nat) : Prop :=
  length out = length w /\
  forall before s rest, w = before ++ s :: rest ->
  forall h o, rounded_runs32 m net (before ++ [s]) h -> says32 Float32 net s h o -> o = nth (length before) out 0.

Lemma writes_what_the_machine_says32_rounded m net M :
  (forall w s h o, rounded_runs32 m net (w ++ [s]) h -> says32 Float32 net s h o -> o = said M (after M w) s) ->
  forall w, always_writes32_rounded m net w (outputs M w).
Proof.
  intros H w. split; [apply outputs_from_length|]. intros before s rest -> h o R S. rewrite outputs_nth. now apply H with h.
Qed.

(* It can always go on, and it always says something (something_is_said). *)
Theorem something_rounded_runs32 m net w : Forall (fun s => s < symbols net) w -> exists h, rounded_runs32 m net w h.
Proof.
  induction w as [|s w IH] using rev_ind; intros F.
  - destruct (some_list (weight32 Float32) (fun w => some_stored Float32 (real_of w)) (start_state net)) as [x W].
    destruct (some_multiples m x) as [h H]. exists h. now apply rounded_starts32 with x.
  - apply Forall_app in F. destruct F as [F S]. inversion S; subst. destruct (IH F) as [h H].
    destruct (some_run Float32 (encoded net s) h (step net) []) as [values R].
    destruct (some_list _ (some_stored_sum Float32) (last values [])) as [x X]. destruct (some_multiples m x) as [h' H'].
    exists h'. apply rounded_steps32 with h x; auto. now exists values.
Qed.
