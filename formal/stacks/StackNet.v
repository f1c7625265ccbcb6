(* A net with stacks of vectors over the real numbers: a controller sees the vector on top of each stack, and pushes, pops or keeps. *)

From Coq Require Import Reals List Arith Lra Lia.
From Anylength Require Import Numbers Program Net StackMachine.
Import ListNotations.

(* The controller's symbol ends with the vectors on top, its state with those that may be pushed, one for each stack. The gates of stack k
   are 2 k, to push, and 2 k + 1, to pop. *)
Record stack_net := {
  controller : net;
  gate_weight : list (list dyadic);
  gate_bias : list dyadic;
  stacks : nat;
  width : nat   (* of the vectors *)
}.

Local Open Scope R_scope.

(* What the gates do with a stack, given their numbers and the vector that may be pushed. A gate is 1 if its number is 1/2 or more, and 0
   if that is -1/2 or less. Of a gate between these nothing is known: the stack may become any other. *)
Inductive acts (push pop : R) (v : list R) (stack : list (list R)) : list (list R) -> Prop :=
  | pushes : / 2 <= push -> acts push pop v stack (v :: stack)
  | pops : push <= - / 2 -> / 2 <= pop -> acts push pop v stack (tl stack)
  | keeps : push <= - / 2 -> pop <= - / 2 -> acts push pop v stack stack
  | undecided other : - / 2 < push < / 2 \/ - / 2 < pop < / 2 /\ push <= - / 2 -> acts push pop v stack other.

Lemma something_is_done push pop v stack : exists after, acts push pop v stack after.
Proof.
  destruct (Rle_lt_dec (/ 2) push); [eexists; now apply pushes|].
  destruct (Rle_lt_dec push (- / 2)); [|exists stack; apply undecided; lra].
  destruct (Rle_lt_dec (/ 2) pop); [eexists; now apply pops|].
  destruct (Rle_lt_dec pop (- / 2)); [eexists; now apply keeps | exists stack; apply undecided; lra].
Qed.

Section Net.
Variable net : stack_net.

(* The vector on top; an empty stack reads as zeros. *)
Definition on_top (stack : list (list R)) : list R := hd (repeat 0 (width net)) stack.

(* The controller's symbol. *)
Definition seen (s : nat) (memory : list (list (list R))) : list R :=
  symbol_of (N := reals) (controller net) s ++ concat (map (fun k => on_top (nth k memory [])) (seq 0 (stacks net))).

(* The exact step from the state h, and what gates and read-out read. *)
Definition values_seeing (sees h : list R) : list (list R) := values_of (N := reals) sees h (code (step (controller net))).
Definition state_seeing (sees h : list R) : list R := last (values_seeing sees h) [].
Definition features (sees h : list R) : list R := result_of (N := reals) sees h (code (answer (controller net))).

Definition gate (sees h : list R) (c : nat) : R :=
  dot (N := reals) (map real_of (nth c (gate_weight net) [])) (features sees h) + real_of (nth c (gate_bias net) (0, 0)%Z).
Definition logit_seeing (sees h : list R) (c : nat) : R :=
  dot (N := reals) (weight_row (controller net) c) (features sees h) + bias_of (N := reals) (controller net) c.

(* The vector that stack k may get from the state h. *)
Definition to_push {A : Type} (h : list A) (k : nat) : list A :=
  firstn (width net) (skipn (k * width net) (skipn (length h - stacks net * width net) h)).

(* After the word w, whose last step saw `sees`, the state h and these stacks can have been computed, if every step may be wrong by up to
   epsilon in every coordinate. A stack keeps what was pushed, and never overflows. *)
Inductive computes_with_stacks (epsilon : R) : list nat -> list R -> list R -> list (list (list R)) -> Prop :=
  | with_empty_stacks : computes_with_stacks epsilon [] [] (map real_of (start_state (controller net))) (repeat [] (stacks net))
  | step_with_stacks w sees h memory s h' memory' :
      computes_with_stacks epsilon w sees h memory -> (s < symbols (controller net))%nat ->
      Forall2 (fun x y => Rabs (x - y) <= epsilon) h' (state_seeing (seen s memory) h) ->
      length memory' = stacks net ->
      (forall k, (k < stacks net)%nat ->
        acts (gate (seen s memory) h' (2 * k)) (gate (seen s memory) h' (2 * k + 1)) (to_push h' k) (nth k memory []) (nth k memory' [])) ->
      computes_with_stacks epsilon (w ++ [s]) (seen s memory) h' memory'.

(* The net answers o: this has the largest logit, and no other class has. *)
Definition answers_seeing (sees h : list R) (o : nat) : Prop :=
  (o < length (readout_weight (controller net)))%nat /\
  forall c, (c < length (readout_weight (controller net)))%nat -> c <> o -> logit_seeing sees h c < logit_seeing sees h o.

(* The net reads the word w and writes `out` where this has an answer, whichever states it computes with errors of up to epsilon. *)
Definition always_writes_with_stacks (epsilon : R) (w : list nat) (out : list (option nat)) : Prop :=
  length out = length w /\
  forall before s rest, w = before ++ s :: rest ->
  forall sees h memory, computes_with_stacks epsilon (before ++ [s]) sees h memory ->
  forall o, nth (length before) out None = Some o -> answers_seeing sees h o.

(* Each of the net's stacks is as high as the machine's. *)
Definition always_as_high (epsilon : R) (M : stack_machine) : Prop :=
  forall w sees h memory, computes_with_stacks epsilon w sees h memory ->
  map (@length (list R)) memory = map (@length nat) (snd (stack_after M w)).

(* Some state and stacks are always computed: what is said of all of them is said of something. *)
Lemma something_is_computed_with_stacks epsilon : 0 <= epsilon ->
  forall w, Forall (fun s => (s < symbols (controller net))%nat) w -> exists sees h memory, computes_with_stacks epsilon w sees h memory.
Proof.
  intros E w; induction w as [|s w IH] using rev_ind; intros F; [repeat eexists; constructor|].
  apply Forall_app in F. destruct F as [F S]. inversion S; subst. destruct (IH F) as (sees & h & memory & H).
  set (h' := state_seeing (seen s memory) h).
  assert (A : forall n, exists after, length after = n /\ forall k, (k < n)%nat ->
    acts (gate (seen s memory) h' (2 * k)) (gate (seen s memory) h' (2 * k + 1)) (to_push h' k) (nth k memory []) (nth k after [])).
  { induction n as [|n (after & L & A)]; [exists []; split; [reflexivity | intros k K; lia]|].
    destruct (something_is_done (gate (seen s memory) h' (2 * n)) (gate (seen s memory) h' (2 * n + 1)) (to_push h' n) (nth n memory []))
      as [last_ D].
    exists (after ++ [last_]). split; [rewrite length_app; simpl; lia|]. intros k K. destruct (Nat.eq_dec k n) as [->|N].
    - now rewrite app_nth2, L, Nat.sub_diag by lia.
    - rewrite app_nth1 by lia. apply A. lia. }
  destruct (A (stacks net)) as (after & L & D). exists (seen s memory), h', after. apply step_with_stacks with sees h; auto.
  unfold h'. generalize (state_seeing (seen s memory) h). intros l; induction l; constructor; auto. rewrite Rminus_diag, Rabs_R0; auto.
Qed.
End Net.

Lemma writes_what_the_machine_says_with_stacks net M epsilon :
  (forall w s sees h memory, computes_with_stacks net epsilon (w ++ [s]) sees h memory ->
    forall o, stack_said M (stack_after M w) s = Some o -> answers_seeing net sees h o) ->
  forall w, always_writes_with_stacks net epsilon w (stack_outputs M w).
Proof.
  intros H w. split; [apply stack_outputs_length|]. intros before s rest -> sees h memory C o. unfold stack_outputs.
  rewrite stack_outputs_nth. now apply (H before s sees h memory).
Qed.
