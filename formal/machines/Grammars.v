(* Tomita's grammars in words, without expressions: what each machine of Tomita.v accepts. *)

From Coq Require Import List Bool Arith Lia.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Regex Tomita.
Import ListNotations.

(* Acceptors whose answer depends on the next state alone *)

Definition answers_by_state (M : machine) (Q A : nat) (accepting : nat -> bool) : bool :=
  (start M <? Q) && forallb (fun q => forallb (fun s =>
    (next M q s <? Q) && (said M q s =? Nat.b2n (accepting (next M q s)))) (seq 0 A)) (seq 0 Q).

Section States.

Variables (M : machine) (Q A : nat) (accepting : nat -> bool).
Hypothesis checked : answers_by_state M Q A accepting = true.

Lemma step_checked q s : q < Q -> s < A -> next M q s < Q /\ said M q s = Nat.b2n (accepting (next M q s)).
Proof.
  intros H S. unfold answers_by_state in checked. rewrite andb_true_iff in checked. destruct checked as [_ all].
  rewrite forallb_forall in all. specialize (all q). rewrite in_seq, forallb_forall in all.
  specialize (all ltac:(lia) s). rewrite in_seq, andb_true_iff, Nat.ltb_lt, Nat.eqb_eq in all. apply all. lia.
Qed.

Lemma after_checked w : over A w -> after M w < Q.
Proof.
  induction w as [|s w IH] using rev_ind; intros W.
  - unfold answers_by_state in checked. rewrite andb_true_iff, Nat.ltb_lt in checked. apply checked.
  - apply Forall_app in W as [W S]. inversion_clear S as [|? ? S' _]. rewrite after_snoc. apply step_checked; auto.
Qed.

Lemma answer_by_state w : over A w -> w <> [] -> answer M w = 1 <-> accepting (after M w) = true.
Proof.
  intros W NE. destruct (exists_last NE) as (u & s & ->). apply Forall_app in W as [U S]. inversion_clear S as [|? ? S' _].
  rewrite answer_snoc, after_snoc. destruct (step_checked (after M u) s (after_checked u U) S') as [_ ->].
  destruct accepting; cbn; intuition discriminate.
Qed.

End States.

(* A word over 0 and 1 and one bit more *)
Lemma bits_ind (P : list nat -> Prop) : P [] -> (forall w, over 2 w -> P w -> P (w ++ [0])) ->
  (forall w, over 2 w -> P w -> P (w ++ [1])) -> forall w, over 2 w -> P w.
Proof.
  intros P0 zero one w. induction w as [|s w IH] using rev_ind; [auto|]. intros W. apply Forall_app in W as [W S].
  inversion_clear S as [|? ? S' _]. destruct s as [|[|s]]; [auto | auto | lia].
Qed.

(* 1, 2 and 7 follow from their expressions. *)

Lemma matches_stars s w : matches (Star (symbol s)) w <-> exists n, w = repeat s n.
Proof.
  rewrite matches_star. split.
  - intros (ws & -> & W). exists (length ws). induction W as [|u ws U W IH]; [reflexivity|].
    apply matches_class in U as (x & -> & [<- | []]). cbn. now rewrite IH.
  - intros (n & ->). exists (repeat [s] n). split; [induction n; cbn; congruence|].
    apply Forall_forall. intros u U. apply repeat_spec in U as ->. constructor. now left.
Qed.

Theorem tomita_1_words w : over 2 w -> w <> [] -> answer tomita_1 w = 1 <-> exists n, w = repeat 1 n.
Proof. intros. rewrite tomita_1_right by assumption. apply matches_stars. Qed.

Theorem tomita_2_words w : over 2 w -> w <> [] -> answer tomita_2 w = 1 <-> exists n, w = concat (repeat [1; 0] n).
Proof.
  intros W NE. rewrite tomita_2_right by assumption. clear W NE. unfold words_2. rewrite matches_star. split.
  - intros (ws & -> & W). exists (length ws). induction W as [|u ws U W IH]; [reflexivity|].
    apply matches_then in U as (x & y & -> & X & Y). apply matches_class in X as (? & -> & [<- | []]).
    apply matches_class in Y as (? & -> & [<- | []]). cbn. now rewrite IH.
  - intros (n & ->). exists (repeat [1; 0] n). split; [reflexivity|]. apply Forall_forall. intros u U.
    apply repeat_spec in U as ->. apply (match_then _ _ [1] [0]); constructor; now left.
Qed.

Theorem tomita_7_words w : over 2 w -> w <> [] ->
  answer tomita_7 w = 1 <-> exists i j k l, w = repeat 0 i ++ repeat 1 j ++ repeat 0 k ++ repeat 1 l.
Proof.
  intros. rewrite tomita_7_right by assumption. unfold words_7. repeat setoid_rewrite matches_then.
  setoid_rewrite matches_stars. split.
  - intros (? & ? & -> & (i & ->) & ? & ? & -> & (j & ->) & ? & ? & -> & (k & ->) & (l & ->)). eauto.
  - intros (i & j & k & l & ->). repeat (eexists; repeat split; eauto).
Qed.

(* 3: runs. The runs of a word, the last one first: the symbol and the length of each. *)

Definition longer (runs : list (nat * nat)) (s : nat) : list (nat * nat) :=
  match runs with
  | (t, n) :: before => if s =? t then (t, S n) :: before else (s, 1) :: runs
  | [] => [(s, 1)]
  end.

Definition runs (w : list nat) : list (nat * nat) := fold_left longer w [].

Definition odd_run (s : nat) (run : nat * nat) : bool := (fst run =? s) && Nat.odd (snd run).

(* Does an odd run of zeros come after an odd run of ones? *)
Fixpoint odd_zeros_after_odd_ones (runs : list (nat * nat)) : bool :=
  match runs with
  | [] => false
  | run :: before => odd_run 0 run && existsb (odd_run 1) before || odd_zeros_after_odd_ones before
  end.

Definition state_3 (runs : list (nat * nat)) : nat :=
  match runs with
  | [] => 0
  | run :: before =>
    if odd_zeros_after_odd_ones before then 4
    else if existsb (odd_run 1) before then (if odd_run 0 run then 2 else 3)
    else if odd_run 1 run then 1 else 0
  end.

Definition bits (runs : list (nat * nat)) : Prop := Forall (fun run => fst run < 2) runs.

Lemma longer_bits runs s : s < 2 -> bits runs -> bits (longer runs s).
Proof.
  intros S B. destruct runs as [|[t n] before]; cbn [longer]; [now apply Forall_cons|].
  destruct (s =? t); [inversion_clear B|]; now apply Forall_cons.
Qed.

Lemma step_3 runs s : s < 2 -> bits runs -> next tomita_3 (state_3 runs) s = state_3 (longer runs s).
Proof.
  intros S B. destruct runs as [|[t n] before]; [destruct s as [|[|s]]; [easy | easy | lia]|].
  inversion_clear B as [|? ? T _]. cbn [fst] in T.
  destruct s as [|[|s]]; [| | lia]; (destruct t as [|[|t]]; [| | lia]);
    cbn [longer Nat.eqb state_3 odd_zeros_after_odd_ones existsb];
    generalize (odd_zeros_after_odd_ones before), (existsb (odd_run 1) before); intros after_ones ones;
    unfold odd_run; cbn [fst snd Nat.eqb andb]; rewrite ?Nat.odd_succ, <- ?Nat.negb_odd;
    destruct after_ones, ones, (Nat.odd n); reflexivity.
Qed.

Lemma runs_snoc w s : runs (w ++ [s]) = longer (runs w) s.
Proof. unfold runs. now rewrite fold_left_app. Qed.

Lemma after_3 w : over 2 w -> bits (runs w) /\ after tomita_3 w = state_3 (runs w).
Proof.
  revert w. apply bits_ind; [split; [apply Forall_nil | reflexivity]| |]; intros w _ [B IH]; rewrite after_snoc, IH, runs_snoc;
    (split; [apply longer_bits | apply step_3]); auto.
Qed.

Theorem tomita_3_words w : over 2 w -> w <> [] ->
  answer tomita_3 w = 1 <-> odd_zeros_after_odd_ones (runs w) = false.
Proof.
  intros W NE. rewrite (answer_by_state tomita_3 5 2 (fun q => negb ((q =? 2) || (q =? 4)))) by (assumption || reflexivity).
  destruct (after_3 w W) as [_ ->]. destruct (runs w) as [|run before]; [easy|]. cbn [state_3 odd_zeros_after_odd_ones].
  generalize (odd_zeros_after_odd_ones before), (existsb (odd_run 1) before). intros after_ones ones. unfold odd_run.
  destruct after_ones, ones, (fst run) as [|[|s]], (Nat.odd (snd run)); easy.
Qed.

(* 4: no three zeros in a row. *)

Definition three_zeros (w : list nat) : Prop := exists u v, w = u ++ [0; 0; 0] ++ v.

Lemma three_zeros_snoc w s : three_zeros (w ++ [s]) <-> three_zeros w \/ s = 0 /\ exists u, w = u ++ [0; 0].
Proof.
  unfold three_zeros. split.
  - intros (u & v & E). destruct v as [|t v] using rev_ind.
    + right. change (u ++ [0; 0; 0] ++ []) with (u ++ [0; 0] ++ [0]) in E. rewrite app_assoc in E.
      apply app_inj_tail in E as [-> ->]. eauto.
    + left. rewrite !app_assoc in E. apply app_inj_tail in E as [-> _]. exists u, v. now rewrite <- app_assoc.
  - intros [(u & v & ->) | [-> (u & ->)]].
    + exists u, (v ++ [s]). now rewrite <- !app_assoc.
    + exists u, []. now rewrite <- app_assoc.
Qed.

Definition zeros_at_end (w : list nat) : nat := fold_left (fun n s => if s =? 0 then S n else 0) w 0.

Lemma zeros_at_end_snoc w s : zeros_at_end (w ++ [s]) = if s =? 0 then S (zeros_at_end w) else 0.
Proof. unfold zeros_at_end. now rewrite fold_left_app. Qed.

Lemma ends_in_two_zeros w : (exists u, w = u ++ [0; 0]) <-> 2 <= zeros_at_end w.
Proof.
  destruct w as [|s w _] using rev_ind; [cbn; split; [intros ([|? [|? ?]] & E); discriminate | lia]|].
  rewrite zeros_at_end_snoc. destruct w as [|t w _] using rev_ind.
  - cbn. split; [intros ([|? [|? ?]] & E); discriminate | destruct (s =? 0); lia].
  - rewrite zeros_at_end_snoc. split.
    + intros (u & E). change [0; 0] with ([0] ++ [0]) in E. rewrite app_assoc in E.
      apply app_inj_tail in E as [E ->]. apply app_inj_tail in E as [_ ->]. cbn. lia.
    + destruct (Nat.eqb_spec s 0) as [-> | _]; [|lia]. destruct (Nat.eqb_spec t 0) as [-> | _]; [|lia].
      intros _. exists w. now rewrite <- app_assoc.
Qed.

(* The state counts the zeros at the end, and 3 stays. *)
Lemma after_4 w : over 2 w ->
  three_zeros w /\ after tomita_4 w = 3 \/ ~ three_zeros w /\ after tomita_4 w = zeros_at_end w /\ zeros_at_end w < 3.
Proof.
  revert w. apply bits_ind.
  - right. split; [intros (u & v & E); destruct u; discriminate | cbn; lia].
  - intros w _ IH. rewrite after_snoc, three_zeros_snoc, ends_in_two_zeros, zeros_at_end_snoc. cbn [Nat.eqb].
    destruct IH as [[T ->] | (T & -> & Z)]; [left; auto|].
    destruct (zeros_at_end w) as [|[|[|z]]]; [right | right | left | lia]; cbn; intuition lia.
  - intros w _ IH. rewrite after_snoc, three_zeros_snoc, zeros_at_end_snoc. cbn [Nat.eqb].
    destruct IH as [[T ->] | (T & -> & Z)]; [left; auto|]. right.
    destruct (zeros_at_end w) as [|[|[|z]]]; [| | | lia]; cbn; intuition lia.
Qed.

Theorem tomita_4_words w : over 2 w -> w <> [] -> answer tomita_4 w = 1 <-> ~ three_zeros w.
Proof.
  intros W NE. rewrite (answer_by_state tomita_4 4 2 (fun q => negb (q =? 3))) by (assumption || reflexivity).
  destruct (after_4 w W) as [[T ->] | (T & -> & Z)]; [easy|].
  destruct (zeros_at_end w) as [|[|[|z]]]; [easy | easy | easy | lia].
Qed.

(* 5 and 6 count zeros and ones. *)

Definition number_of (s : nat) (w : list nat) : nat := count_occ Nat.eq_dec w s.

Lemma number_of_snoc s w t : number_of s (w ++ [t]) = number_of s w + (if t =? s then 1 else 0).
Proof.
  unfold number_of. rewrite count_occ_app. cbn. destruct (Nat.eq_dec t s), (Nat.eqb_spec t s); congruence.
Qed.

Lemma after_5 w : over 2 w ->
  after tomita_5 w = Nat.b2n (Nat.odd (number_of 0 w)) + 2 * Nat.b2n (Nat.odd (number_of 1 w)).
Proof.
  revert w. apply bits_ind; [reflexivity| |]; intros w _ IH; rewrite after_snoc, IH, !number_of_snoc; cbn [Nat.eqb];
    rewrite ?Nat.add_0_r, ?Nat.add_1_r, ?Nat.odd_succ, <- ?Nat.negb_odd;
    destruct (Nat.odd (number_of 0 w)), (Nat.odd (number_of 1 w)); reflexivity.
Qed.

Theorem tomita_5_words w : over 2 w -> w <> [] ->
  answer tomita_5 w = 1 <-> Nat.Even (number_of 0 w) /\ Nat.Even (number_of 1 w).
Proof.
  intros W NE. rewrite (answer_by_state tomita_5 4 2 (fun q => q =? 0)) by (assumption || reflexivity).
  rewrite after_5, <- !Nat.even_spec, <- !Nat.negb_odd by assumption.
  destruct (Nat.odd (number_of 0 w)), (Nat.odd (number_of 1 w)); cbn; intuition discriminate.
Qed.

Lemma after_6 w : over 2 w -> after tomita_6 w = (number_of 0 w + 2 * number_of 1 w) mod 3.
Proof.
  assert (step : forall q s, q < 3 -> s < 2 -> next tomita_6 q s = (q + S s) mod 3).
  { intros [|[|[|q]]] [|[|s]] H S; try lia; reflexivity. }
  revert w. apply bits_ind; [reflexivity| |]; intros w _ IH; rewrite after_snoc, IH, !number_of_snoc; cbn [Nat.eqb];
    rewrite step by (apply Nat.mod_upper_bound || auto; lia); rewrite Nat.Div0.add_mod_idemp_l; f_equal; lia.
Qed.

Theorem tomita_6_words w : over 2 w -> w <> [] ->
  answer tomita_6 w = 1 <-> number_of 0 w mod 3 = number_of 1 w mod 3.
Proof.
  intros W NE. rewrite (answer_by_state tomita_6 3 2 (fun q => q =? 0)) by (assumption || reflexivity).
  rewrite after_6, Nat.eqb_eq by assumption. set (x := number_of 0 w). set (y := number_of 1 w).
  pose proof (Nat.div_mod_eq x 3). pose proof (Nat.div_mod_eq y 3). pose proof (Nat.div_mod_eq (x + 2 * y) 3).
  pose proof (Nat.mod_upper_bound x 3). pose proof (Nat.mod_upper_bound y 3). pose proof (Nat.mod_upper_bound (x + 2 * y) 3).
  lia.
Qed.
