(* Nets whose states are rounded after every step, each number to a nearest multiple of 2^-m: what they may compute, and what a certificate
   about them holds. *)

From Coq Require Import ZArith Reals List Arith Lra Lia.
From Flocq Require Import Core.
From Anylength Require Import Machine Numbers Net Certificate Answers.
Import ListNotations.
Local Open Scope R_scope.

Definition multiple (m : nat) (k : Z) : dyadic := (k, - Z.of_nat m)%Z.

(* y is a multiple of 2^-m nearest to x. Of two that are equally near, either is. *)
Definition rounds_to (m : nat) (x y : R) : Prop := exists k, y = real_of (multiple m k) /\ Rabs (y - x) <= real_of (multiple (S m) 1).

(* `computes_rounded net m epsilon w h`: after the word w the state h can have been computed, if every step may be wrong by up to epsilon
   in every coordinate before it is rounded. *)
Inductive computes_rounded (net : net) (m : nat) (epsilon : R) : list nat -> list R -> Prop :=
  | at_rounded_start h : Forall2 (rounds_to m) (map real_of (start_state net)) h -> computes_rounded net m epsilon [] h
  | one_rounded_step w h s x h' :
      computes_rounded net m epsilon w h -> (s < symbols net)%nat ->
      Forall2 (fun x y => Rabs (x - y) <= epsilon) x (next_state net s h) -> Forall2 (rounds_to m) x h' ->
      computes_rounded net m epsilon (w ++ [s]) h'.

(* The net reads the word w and writes `out`, one answer for each symbol, whichever states it computes. *)
Definition always_writes_rounded (net : net) (m : nat) (epsilon : R) (w out : list nat) : Prop :=
  length out = length w /\
  forall before s rest, w = before ++ s :: rest ->
  forall h, computes_rounded net m epsilon (before ++ [s]) h -> answers net s h (nth (length before) out 0%nat).

Lemma writes_what_the_machine_says_rounded net M m epsilon :
  (forall w s h, computes_rounded net m epsilon (w ++ [s]) h -> answers net s h (said M (after M w) s)) ->
  forall w, always_writes_rounded net m epsilon w (outputs M w).
Proof. intros H w. split; [apply outputs_from_length|]. intros before s rest -> h C. rewrite outputs_nth. now apply H. Qed.

(* There is always a nearest multiple, so some state is always computed: what is said of all computed states is said of something. *)
Lemma multiple_value m k : real_of (multiple m k) = IZR k * bpow radix2 (- Z.of_nat m).
Proof. reflexivity. Qed.

Lemma half_a_unit m : real_of (multiple (S m) 1) = bpow radix2 (- Z.of_nat m) / 2.
Proof.
  rewrite multiple_value, Rmult_1_l. replace (- Z.of_nat (S m))%Z with (- Z.of_nat m + -1)%Z by lia. rewrite bpow_plus. simpl. lra.
Qed.

Lemma some_multiple m x : exists y, rounds_to m x y.
Proof.
  pose proof (bpow_gt_0 radix2 (- Z.of_nat m)) as P. set (b := bpow radix2 (- Z.of_nat m)) in *.
  exists (real_of (multiple m (Znearest (fun _ => true) (x / b)))). eexists. split; [reflexivity|].
  rewrite multiple_value, half_a_unit. fold b. pose proof (Znearest_half (fun _ => true) (x / b)) as H.
  replace x with (x / b * b) at 2 by (field; lra). rewrite <- Rmult_minus_distr_r, Rabs_mult, (Rabs_pos_eq b) by lra.
  rewrite Rabs_minus_sym in H. unfold Rdiv. rewrite Rmult_comm. apply Rmult_le_compat_l; lra.
Qed.

Lemma some_multiples m l : exists h, Forall2 (rounds_to m) l h.
Proof. induction l as [|x l [h H]]; [exists []; constructor|]. destruct (some_multiple m x) as [y Y]. exists (y :: h). now constructor. Qed.

Lemma something_is_computed_rounded net m epsilon : 0 <= epsilon ->
  forall w, Forall (fun s => (s < symbols net)%nat) w -> exists h, computes_rounded net m epsilon w h.
Proof.
  intros E w; induction w as [|s w IH] using rev_ind; intros F.
  - destruct (some_multiples m (map real_of (start_state net))) as [h H]. exists h. now constructor.
  - apply Forall_app in F. destruct F as [F S]. inversion S; subst. destruct (IH F) as [h H].
    destruct (some_multiples m (next_state net s h)) as [h' H']. exists h'. apply one_rounded_step with h (next_state net s h); auto.
    generalize (next_state net s h). intros l; induction l; constructor; auto. rewrite Rminus_diag, Rabs_R0; auto.
Qed.

(* A proof visits all states. It says how many there are. *)
Record rounded_certificate := {
  cut_values : list nat;    (* the values of the step, by their places, that a state fixes *)
  fraction_bits : nat;      (* m *)
  visited_states : N;       (* pairs of a state of the machine and a rounded state *)
  checked_steps : N;        (* pairs, symbols and states that follow *)
  step_error : dyadic;      (* each step may be wrong by this much before it is rounded *)
  lead : dyadic             (* the right logit is larger than the others by this much *)
}.

(* The same rule of a step in a certificate without nodes. *)
Definition without_nodes (C : rounded_certificate) : certificate :=
  {| cut := cut_values C; first := 0; nodes := []; epsilon := step_error C; eta := lead C |}.
