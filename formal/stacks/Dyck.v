(* Brackets of K kinds, nested at any depth: the language, and machines with a stack that say after every word whether it belongs there. *)

From Coq Require Import List Bool Arith Lia.
From Anylength Require Import StackMachine machines.Tables.
Import ListNotations.

(* Symbol 2 k opens a bracket of kind k, 2 k + 1 closes it. *)
Inductive balanced (K : nat) : list nat -> Prop :=
  | nothing_open : balanced K []
  | enclosed k u : k < K -> balanced K u -> balanced K (2 * k :: u ++ [2 * k + 1])
  | side_by_side u v : balanced K u -> balanced K v -> balanced K (u ++ v).

(* The kinds of the brackets that are open, the last one first; None after a bracket that closes what is not open. *)
Definition read (opened : option (list nat)) (s : nat) : option (list nat) :=
  match opened with
  | None => None
  | Some l =>
      if Nat.even s then Some (s / 2 :: l)
      else match l with
           | k :: rest => if k =? s / 2 then Some rest else None
           | [] => None
           end
  end.

Lemma even_symbol s : Nat.even s = true -> s = 2 * (s / 2).
Proof. intros E. apply Nat.even_spec in E. destruct E as [m ->]. now rewrite Nat.mul_comm, Nat.div_mul, Nat.mul_comm. Qed.

Lemma odd_symbol s : Nat.even s = false -> s = 2 * (s / 2) + 1.
Proof.
  intros E. assert (O : Nat.odd s = true) by (unfold Nat.odd; now rewrite E). apply Nat.odd_spec in O. destruct O as [m ->].
  replace (2 * m + 1) with (1 + m * 2) at 2 by lia. rewrite Nat.div_add by lia. simpl. lia.
Qed.

Lemma read_opens k l : read (Some l) (2 * k) = Some (k :: l).
Proof. unfold read. now rewrite Nat.even_mul, (Nat.mul_comm 2 k), Nat.div_mul by lia. Qed.

Lemma read_closes k l : read (Some (k :: l)) (2 * k + 1) = Some l.
Proof.
  unfold read. rewrite Nat.even_add, Nat.even_mul. simpl (Bool.eqb _ _). cbv iota.
  replace ((2 * k + 1) / 2) with k; [now rewrite Nat.eqb_refl|].
  replace (2 * k + 1) with (1 + k * 2) by lia. rewrite Nat.div_add by lia. reflexivity.
Qed.

Lemma balanced_opens_nothing K w : balanced K w -> forall l, fold_left read w (Some l) = Some l.
Proof.
  induction 1 as [|k u _ _ IH|u v _ IHu _ IHv]; intros l; [reflexivity | |].
  - cbn [fold_left]. rewrite read_opens, fold_left_app, IH. cbn [fold_left]. apply read_closes.
  - now rewrite fold_left_app, IHu, IHv.
Qed.

(* The word closes these brackets, and opens none that it does not close. *)
Fixpoint completes (K : nat) (opened : list nat) (w : list nat) : Prop :=
  match opened with
  | [] => balanced K w
  | k :: rest => exists u v, w = u ++ (2 * k + 1) :: v /\ balanced K u /\ completes K rest v
  end.

Lemma completes_behind K b opened w : balanced K b -> completes K opened w -> completes K opened (b ++ w).
Proof.
  intros B C. destruct opened as [|k rest]; simpl in *; [now apply side_by_side|].
  destruct C as (u & v & -> & U & V). exists (b ++ u), v. rewrite app_assoc. repeat split; auto. now apply side_by_side.
Qed.

Lemma none_stays w : fold_left read w None = None.
Proof. induction w; simpl; auto. Qed.

Lemma nothing_open_at_the_end K w : over (2 * K) w -> forall l, fold_left read w (Some l) = Some [] -> completes K l w.
Proof.
  induction w as [|s w IH]; intros O l H; [simpl in H; inversion H; constructor|].
  inversion_clear O as [|? ? S O']. cbn [fold_left] in H. destruct (Nat.even s) eqn:E.
  - pose proof (even_symbol s E) as Es. remember (s / 2) as k eqn:D. clear D. subst s. rewrite read_opens in H.
    specialize (IH O' _ H). destruct IH as (u & v & -> & U & V).
    replace (2 * k :: u ++ (2 * k + 1) :: v) with ((2 * k :: u ++ [2 * k + 1]) ++ v).
    { apply completes_behind; auto. apply enclosed; auto. lia. }
    simpl. now rewrite <- app_assoc.
  - pose proof (odd_symbol s E) as Es. destruct l as [|k rest]; [unfold read in H; rewrite E, none_stays in H; discriminate|].
    unfold read at 2 in H. rewrite E in H. destruct (k =? s / 2) eqn:Ek; [|rewrite none_stays in H; discriminate].
    apply Nat.eqb_eq in Ek. subst k. exists [], w. repeat split; [now rewrite <- Es | constructor | now apply IH].
Qed.

Theorem read_right K w : over (2 * K) w -> (fold_left read w (Some []) = Some [] <-> balanced K w).
Proof.
  intros O. split; [exact (nothing_open_at_the_end K w O []) | intros B; exact (balanced_opens_nothing K w B [])].
Qed.

(* The machine's letters are 1 to K for a bracket at the bottom, K + 1 to 2 K for one above. In its start state the stack has the
   brackets that are open; another state says 0 for ever. With one kind that state is only met with the empty stack. *)
Section Machine.
Variables (M : stack_machine) (K : nat).

(* State, action, answer. *)
Definition dyck_rule (dead s letter : nat) : nat * nat * nat :=
  if Nat.even s then (initial M, S (S (s / 2 + (if letter =? 0 then 0 else K))), 0)
  else if negb (letter =? 0) && ((letter - 1) mod K =? s / 2) then (initial M, 1, if letter <=? K then 1 else 0)
  else (dead, 0, 0).

Definition has_rule (q s letter : nat) (rule : nat * nat * nat) : bool :=
  let '(after, action_, said) := rule in
  let c := column M s [letter] in
  (cell (moves M) q c 0 =? after) && (action M q c 0 =? action_) &&
  match cell (sayings M) q c None with Some o => o =? said | None => false end.

Definition dead_state : nat := cell (moves M) (initial M) (column M 1 [0]) 0.
Definition is_dyck : bool :=
  let dead := dead_state in
  (1 <=? K) && (stack_count M =? 1) &&
  forallb (fun s => forallb (fun letter => has_rule (initial M) s letter (dyck_rule dead s letter) &&
      ((K =? 1) && negb (letter =? 0) || has_rule dead s letter (dead, 0, 0)))
    (seq 0 (S (2 * K)))) (seq 0 (2 * K)).

Hypothesis checked : is_dyck = true.

Fixpoint letters_of (opened : list nat) : list nat :=
  match opened with
  | [] => []
  | k :: rest => S (k + match rest with [] => 0 | _ => K end) :: letters_of rest
  end.

Definition goes_with (c : configuration) (opened : option (list nat)) : Prop :=
  match opened with
  | Some l => c = (initial M, [letters_of l]) /\ Forall (fun k => k < K) l
  | None => exists stack, c = (dead_state, [stack]) /\ top stack <= 2 * K /\ (K = 1 -> top stack = 0)
  end.

Lemma letters_bounded l : Forall (fun k => k < K) l -> top (letters_of l) <= 2 * K.
Proof. intros F. destruct F as [|k rest P F]; simpl; [lia|]. destruct rest; lia. Qed.

Lemma rules s letter : s < 2 * K -> letter <= 2 * K ->
  has_rule (initial M) s letter (dyck_rule dead_state s letter) = true /\
  ((K = 1 -> letter = 0) -> has_rule dead_state s letter (dead_state, 0, 0) = true).
Proof.
  intros S L. unfold is_dyck in checked. cbv zeta in checked. rewrite !andb_true_iff, forallb_forall in checked. destruct checked as [_ H].
  specialize (H s ltac:(apply in_seq; lia)). rewrite forallb_forall in H. specialize (H letter ltac:(apply in_seq; lia)).
  apply andb_true_iff in H. destruct H as [R D]. split; [exact R|]. intros One. apply orb_true_iff in D. destruct D as [D|D]; [|exact D].
  rewrite andb_true_iff, negb_true_iff, Nat.eqb_eq, Nat.eqb_neq in D. destruct D as [K1 N]. now destruct N; apply One.
Qed.

Lemma one_stack : stack_count M = 1 /\ 1 <= K.
Proof.
  unfold is_dyck in checked. cbv zeta in checked. rewrite !andb_true_iff in checked. destruct checked as [[P C] _].
  apply Nat.leb_le in P. apply Nat.eqb_eq in C. auto.
Qed.

Lemma has_rule_right q s stack after action_ said : has_rule q s (top stack) (after, action_, said) = true ->
  stack_next M (q, [stack]) s = (after, [acted action_ stack]) /\ stack_said M (q, [stack]) s = Some said.
Proof.
  intros H. unfold has_rule in H. cbv zeta in H. rewrite !andb_true_iff in H. destruct H as [[N A] O].
  apply Nat.eqb_eq in N, A. unfold stack_next, stack_said, column_of, tops. rewrite (proj1 one_stack). cbn [fst snd seq map nth].
  rewrite N, A. split; [reflexivity|]. destruct (cell (sayings M) _ _ _); [|discriminate]. apply Nat.eqb_eq in O. now subst.
Qed.

Definition said_of (opened : option (list nat)) : nat := match opened with Some [] => 1 | _ => 0 end.

Lemma one_symbol c opened s : goes_with c opened -> s < 2 * K ->
  goes_with (stack_next M c s) (read opened s) /\ stack_said M c s = Some (said_of (read opened s)).
Proof.
  intros G Ls. destruct opened as [l|].
  - destruct G as [-> F]. pose proof (letters_bounded l F) as B. destruct (rules s _ Ls B) as [R _].
    destruct (dyck_rule dead_state s (top (letters_of l))) as [[after action_] said] eqn:E.
    destruct (has_rule_right _ _ _ _ _ _ R) as [-> ->]. clear R. unfold dyck_rule in E. unfold read.
    destruct (Nat.even s) eqn:Es.
    + inversion E; subst. split; [|reflexivity]. split.
      * destruct l; reflexivity.
      * constructor; auto. pose proof (even_symbol s Es). lia.
    + destruct F as [|k rest Pk F]; [simpl in E; inversion E; subst; split; [exists []; simpl; repeat split; lia | reflexivity]|].
      simpl top in *. cbn [Nat.eqb negb andb] in E. set (above := match rest with [] => 0 | _ => K end) in *.
      replace (S (k + above) - 1) with (k + above) in E by lia.
      replace ((k + above) mod K) with k in E.
      2: { unfold above. destruct rest; [rewrite Nat.add_0_r, Nat.mod_small by lia; reflexivity|].
           replace (k + K) with (k + 1 * K) by lia. rewrite Nat.Div0.mod_add, Nat.mod_small by lia. reflexivity. }
      set (last_ := if S (k + above) <=? K then 1 else 0) in E. destruct (k =? s / 2) eqn:Ek; inversion E; subst.
      * split; [split; [reflexivity | exact F]|]. f_equal. unfold last_, above. destruct rest.
        -- replace (S (k + 0) <=? K) with true; [reflexivity|]. symmetry. apply Nat.leb_le. lia.
        -- replace (S (k + K) <=? K) with false; [reflexivity|]. symmetry. apply Nat.leb_gt. lia.
      * split; [|reflexivity]. eexists. split; [reflexivity|]. split; [exact B|]. intros K1. apply Nat.eqb_neq in Ek.
        pose proof (odd_symbol s Es). lia.
  - destruct G as (stack & -> & B & One). destruct (rules s _ Ls B) as [_ R]. specialize (R One). destruct (has_rule_right _ _ _ _ _ _ R) as [-> ->].
    split; [|reflexivity]. exists stack. now split.
Qed.

Lemma goes_along w : over (2 * K) w -> goes_with (stack_after M w) (fold_left read w (Some [])).
Proof.
  induction w as [|s w IH] using rev_ind; intros O.
  - unfold stack_after, at_rest. rewrite (proj1 one_stack). simpl. split; [reflexivity | constructor].
  - apply Forall_app in O. destruct O as [O S]. inversion_clear S as [|? ? S' _]. rewrite stack_after_snoc, fold_left_app.
    now apply one_symbol; [apply IH|].
Qed.

Theorem dyck_answers w s : over (2 * K) (w ++ [s]) ->
  exists o, stack_said M (stack_after M w) s = Some o /\ (o = 1 <-> balanced K (w ++ [s])).
Proof.
  intros O. pose proof O as O'. apply Forall_app in O'. destruct O' as [W S]. inversion_clear S as [|? ? S' _].
  destruct (one_symbol _ _ s (goes_along w W) S') as [_ ->]. eexists. split; [reflexivity|].
  rewrite <- (read_right K (w ++ [s]) O), fold_left_app. cbn [fold_left].
  destruct (read _ s) as [[|k l]|]; simpl; split; congruence.
Qed.
End Machine.

(* From the machine to the language: if a net always writes what the machine says, its last answer tells whether a word is balanced. *)
Theorem tells_balanced (writes : list nat -> list (option nat) -> Prop) M K :
  (forall w, over (2 * K) w -> writes w (stack_outputs M w)) -> is_dyck M K = true ->
  forall w, over (2 * K) w -> w <> [] -> exists out, writes w out /\ exists o, last out None = Some o /\ (o = 1 <-> balanced K w).
Proof.
  intros W C w O N. exists (stack_outputs M w). split; [now apply W|].
  destruct (exists_last N) as (before & s & ->). destruct (dyck_answers M K C before s O) as (o & S & B). exists o. split; auto.
  unfold stack_outputs. now rewrite stack_outputs_snoc, last_last.
Qed.
