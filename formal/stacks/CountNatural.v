(* Counting, read and written as people do: a machine with two stacks reads the digits of n from the left, works, and writes n + 1. *)

From Coq Require Import List Bool Arith NArith ZArith Lia.
From Anylength Require Import StackMachine machines.Tables machines.Digits.
Import ListNotations.

(* The digits of n + 1 out of those of n, the least significant one first, and one more. *)
Fixpoint successor (b : nat) (w : list nat) : list nat :=
  match w with
  | [] => [1]
  | d :: rest => if S d =? b then 0 :: successor b rest else S d :: rest ++ [0]
  end.

Lemma successor_length b w : length (successor b w) = S (length w).
Proof.
  induction w as [|d w IH]; [reflexivity|]. cbn [successor]. destruct (S d =? b); cbn [length]; [now rewrite IH | rewrite length_app; cbn; lia].
Qed.

Lemma successor_over b w : 2 <= b -> over b w -> over b (successor b w).
Proof.
  intros B. induction 1 as [|d w D W IH]; cbn [successor]; [repeat constructor; lia|].
  destruct (S d =? b) eqn:E; constructor; auto; [lia| |].
  - apply Nat.eqb_neq in E. lia.
  - apply over_app; auto. repeat constructor. lia.
Qed.

Lemma successor_value b w : 2 <= b -> (value b (successor b w) = value b w + 1)%Z.
Proof.
  intros B. induction w as [|d w IH]; [cbn [successor]; rewrite value_cons; change (value b []) with 0%Z; lia|]. cbn [successor]. destruct (S d =? b) eqn:E; rewrite !value_cons.
  - apply Nat.eqb_eq in E. rewrite IH. lia.
  - change [0] with (repeat 0 1). rewrite value_pad. lia.
Qed.

(* The input: the digits of n from the left, a step of work for each and one more, and as many to answer. *)
Definition question (b : nat) (n : N) : list nat := rev (digits b n) ++ repeat b (S (length (digits b n))).
Definition input (b : nat) (n : N) : list nat := question b n ++ repeat (S b) (S (length (digits b n))).

Lemma outputs_app M u v : forall c,
  stack_outputs_from M c (u ++ v) = stack_outputs_from M c u ++ stack_outputs_from M (fold_left (stack_next M) u c) v.
Proof. induction u as [|s u IH]; intros c; simpl; [reflexivity | now rewrite IH]. Qed.

(* The machine reads in its start state, and works with a carry or, when there is none, copies. Letter d + 1 stands for the digit d. *)
Section Machine.
Variables (M : stack_machine) (b : nat).

Definition next_at (q s f g : nat) : nat := cell (moves M) q (column M s [f; g]) 0.
Definition carrying : nat := next_at (initial M) b b 0.
Definition copying : nat := next_at (initial M) b 1 0.
Definition answering : nat := next_at copying b 0 1.

(* In state q, under the symbol s and the letters f and g on top. *)
Definition does (q s f g after action_1 action_2 : nat) : bool :=
  let c := column M s [f; g] in
  (next_at q s f g =? after) && (action M q c 0 =? action_1) && (action M q c 1 =? action_2).
Definition answers_digit (g : nat) : bool :=
  match cell (sayings M) answering (column M (S b) [0; S g]) None with Some o => o =? g | None => false end.
Definition adds_one (q d g : nat) : bool :=
  if S d =? b then does q b (S d) g carrying 1 2 else does q b (S d) g copying 1 (S (S (S d))).

Definition is_count_natural : bool :=
  let all := seq 0 b in
  (2 <=? b) && (stack_count M =? 2) &&
  forallb (fun s => forallb (fun f => does (initial M) s f 0 (initial M) (S (S s)) 0) (seq 0 (S b))) all &&
  forallb (fun d => adds_one (initial M) d 0 && adds_one carrying d 1) all &&
  forallb (fun d => forallb (fun g => does copying b (S d) (S g) copying 1 (S (S d))) all) all &&
  does carrying b 0 1 answering 0 3 &&
  forallb (fun g => does copying b 0 (S g) answering 0 2 && does answering (S b) 0 (S g) answering 0 1 && answers_digit g) all.

Hypothesis checked : is_count_natural = true.

Notation on_stacks q f g := (q, [map S f; map S g]).

Lemma base_and_stacks : 2 <= b /\ stack_count M = 2.
Proof. unfold is_count_natural in checked. cbv zeta in checked. rewrite !andb_true_iff, Nat.leb_le, Nat.eqb_eq in checked. tauto. Qed.

Lemma does_right q s f g after a1 a2 : does q s (top f) (top g) after a1 a2 = true ->
  stack_next M (q, [f; g]) s = (after, [acted a1 f; acted a2 g]).
Proof.
  intros H. unfold does, next_at in H. cbv zeta in H. rewrite !andb_true_iff, !Nat.eqb_eq in H. destruct H as [[N A1] A2].
  unfold stack_next, column_of, tops. rewrite (proj2 base_and_stacks). cbn [fst snd seq map nth]. now rewrite N, A1, A2.
Qed.

Lemma top_below w : over b w -> In (top (map S w)) (seq 0 (S b)).
Proof. intros O. apply in_seq. destruct O; simpl; lia. Qed.

Lemma reads_digit f s : over b f -> s < b -> stack_next M (on_stacks (initial M) f []) s = on_stacks (initial M) (s :: f) [].
Proof.
  intros O L. apply (does_right _ _ (map S f) [] _ (S (S s)) 0). unfold is_count_natural in checked. cbv zeta in checked.
  rewrite !andb_true_iff in checked. assert (H : forallb (fun s => forallb (fun f => does (initial M) s f 0 (initial M) (S (S s)) 0) (seq 0 (S b))) (seq 0 b) = true) by tauto.
  rewrite forallb_forall in H. specialize (H s ltac:(apply in_seq; lia)). rewrite forallb_forall in H. exact (H _ (top_below f O)).
Qed.

Lemma reads w : over b w -> forall f, over b f -> fold_left (stack_next M) w (on_stacks (initial M) f []) = on_stacks (initial M) (rev w ++ f) [].
Proof.
  induction 1 as [|s w L W IH]; intros f O; [reflexivity|]. cbn [fold_left]. rewrite reads_digit by assumption.
  rewrite IH by now constructor. simpl. now rewrite <- app_assoc.
Qed.

Lemma adds_right q d f g : adds_one q d (top (map S g)) = true ->
  stack_next M (on_stacks q (d :: f) g) b = if S d =? b then on_stacks carrying f (0 :: g) else on_stacks copying f (S d :: g).
Proof. unfold adds_one. intros H. destruct (S d =? b); now apply (does_right q b (map S (d :: f)) (map S g)) in H. Qed.

Lemma rules_of_work : (forall d, d < b -> adds_one (initial M) d 0 = true /\ adds_one carrying d 1 = true) /\
  (forall d g, d < b -> g < b -> does copying b (S d) (S g) copying 1 (S (S d)) = true) /\
  does carrying b 0 1 answering 0 3 = true /\
  (forall g, g < b -> does copying b 0 (S g) answering 0 2 = true /\ does answering (S b) 0 (S g) answering 0 1 = true /\ answers_digit g = true).
Proof.
  unfold is_count_natural in checked. cbv zeta in checked. rewrite !andb_true_iff in checked.
  destruct checked as [[[[_ A] C] E] W]. rewrite forallb_forall in A, C, W. repeat split; auto.
  - specialize (A d ltac:(apply in_seq; lia)). now apply andb_true_iff in A.
  - specialize (A d ltac:(apply in_seq; lia)). now apply andb_true_iff in A.
  - intros d g D G. specialize (C d ltac:(apply in_seq; lia)). rewrite forallb_forall in C. apply C, in_seq. lia.
  - specialize (W g ltac:(apply in_seq; lia)). now rewrite !andb_true_iff in W.
  - specialize (W g ltac:(apply in_seq; lia)). now rewrite !andb_true_iff in W.
  - specialize (W g ltac:(apply in_seq; lia)). now rewrite !andb_true_iff in W.
Qed.

Lemma copies f : over b f -> forall e g, e < b ->
  fold_left (stack_next M) (repeat b (S (length f))) (on_stacks copying f (e :: g)) = on_stacks answering [] (0 :: rev f ++ e :: g).
Proof.
  destruct rules_of_work as (_ & C & _ & W). induction 1 as [|d f D F IH]; intros e g L.
  - cbn [length repeat fold_left rev app]. exact (does_right copying b [] (map S (e :: g)) _ _ _ (proj1 (W e L))).
  - change (repeat b (S (length (d :: f)))) with (b :: repeat b (S (length f))). cbn [fold_left].
    rewrite (does_right copying b (map S (d :: f)) (map S (e :: g)) _ _ _ (C d e D L)).
    change (fold_left (stack_next M) (repeat b (S (length f))) (on_stacks copying f (d :: e :: g)) = on_stacks answering [] (0 :: rev (d :: f) ++ e :: g)).
    rewrite IH by exact D. simpl. now rewrite <- app_assoc.
Qed.

Lemma carries f : over b f -> forall g,
  fold_left (stack_next M) (repeat b (S (length f))) (on_stacks carrying f (0 :: g)) = on_stacks answering [] (rev (successor b f) ++ 0 :: g).
Proof.
  destruct rules_of_work as (A & _ & E & _). induction 1 as [|d f D F IH]; intros g.
  - cbn [length repeat fold_left]. exact (does_right carrying b [] (map S (0 :: g)) _ _ _ E).
  - change (repeat b (S (length (d :: f)))) with (b :: repeat b (S (length f))). cbn [fold_left].
    rewrite (adds_right carrying d f (0 :: g) (proj2 (A d D))). cbn [successor]. destruct (S d =? b) eqn:Q.
    + rewrite IH. simpl. now rewrite <- app_assoc.
    + apply Nat.eqb_neq in Q. rewrite copies by (assumption || lia). cbn [rev]. rewrite rev_app_distr. simpl. now rewrite <- app_assoc.
Qed.

Lemma works d f : over b (d :: f) ->
  fold_left (stack_next M) (repeat b (S (length (d :: f)))) (on_stacks (initial M) (d :: f) []) = on_stacks answering [] (rev (successor b (d :: f))).
Proof.
  intros O. inversion_clear O as [|? ? D F]. destruct rules_of_work as (A & _).
  change (repeat b (S (length (d :: f)))) with (b :: repeat b (S (length f))). cbn [fold_left].
  rewrite (adds_right (initial M) d f [] (proj1 (A d D))). cbn [successor]. destruct (S d =? b) eqn:Q.
  - now rewrite carries by exact F.
  - apply Nat.eqb_neq in Q. rewrite copies by (assumption || lia). cbn [rev]. rewrite rev_app_distr. reflexivity.
Qed.

Lemma says_digits g : over b g -> stack_outputs_from M (on_stacks answering [] g) (repeat (S b) (length g)) = map Some g.
Proof.
  destruct rules_of_work as (_ & _ & _ & W). induction 1 as [|d g D G IH]; [reflexivity|]. destruct (W d D) as (_ & P & A).
  cbn [length repeat stack_outputs_from map]. f_equal.
  - unfold stack_said, column_of, tops. rewrite (proj2 base_and_stacks). cbn [fst snd seq map nth top hd].
    unfold answers_digit in A. destruct (cell (sayings M) _ _ _); [|discriminate]. apply Nat.eqb_eq in A. now subst.
  - pose proof (does_right answering (S b) [] (map S (d :: g)) _ _ _ P) as N. cbn [map] in N. rewrite N. exact IH.
Qed.

(* The last answers are the digits of n + 1 from the left, perhaps with a zero in front. *)
Theorem counts_naturally n : exists answer,
  skipn (length (question b n)) (stack_outputs M (input b n)) = map Some answer /\ trimmed (rev answer) = digits b (n + 1).
Proof.
  destruct base_and_stacks as [B K]. pose proof (digits_over b n B) as O. pose proof (digits_not_empty b n B) as NE.
  exists (rev (successor b (digits b n))). split.
  - unfold stack_outputs, input. rewrite outputs_app, skipn_app, stack_outputs_length, Nat.sub_diag, skipn_all2
      by now rewrite stack_outputs_length. cbn [skipn app].
    unfold question. rewrite fold_left_app. unfold at_rest. rewrite K. change (initial M, repeat [] 2) with (on_stacks (initial M) (@nil nat) (@nil nat)).
    rewrite reads by (now apply Forall_rev || constructor). rewrite rev_involutive, app_nil_r.
    destruct (digits b n) as [|d f]; [now destruct NE|]. rewrite works by exact O.
    rewrite <- successor_length with (b := b), <- length_rev. apply says_digits, Forall_rev. now apply successor_over.
  - rewrite rev_involutive, (trimmed_digits b); auto using successor_over.
    + rewrite successor_value, value_digits by exact B. f_equal. lia.
    + intros Z. pose proof (successor_length b (digits b n)) as L. rewrite Z in L. discriminate.
Qed.
End Machine.

Lemma input_over b n : 2 <= b -> over (S (S b)) (input b n).
Proof.
  intros B. pose proof (digits_over b n B) as O. unfold input, question. repeat apply over_app.
  - apply Forall_rev. eapply Forall_impl; [|exact O]. simpl. lia.
  - apply Forall_forall. intros x X. apply repeat_spec in X. lia.
  - apply Forall_forall. intros x X. apply repeat_spec in X. lia.
Qed.

(* From the machine to numbers: what a net writes that always writes what the machine says. *)
Theorem writes_successor (writes : list nat -> list (option nat) -> Prop) M b :
  (forall w, over (S (S b)) w -> writes w (stack_outputs M w)) -> is_count_natural M b = true ->
  forall n, exists out answer, writes (input b n) out /\
    skipn (length (question b n)) out = map Some answer /\ trimmed (rev answer) = digits b (n + 1).
Proof.
  intros W C n. destruct (counts_naturally M b C n) as (answer & A). exists (stack_outputs M (input b n)), answer. split; auto.
  apply W, input_over. exact (proj1 (base_and_stacks M b C)).
Qed.
