(* The rule of regions for nets with stacks: if a certificate passes the check, the net answers as the machine with stacks does, on all
   words, however deep the stacks become. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig.
From Anylength Require Import Machine Numbers Program Agreement Net Certificate Regions StackMachine StackNet StackCertificate.
Import ListNotations.

(* A value out of each set, in all ways. *)
Fixpoint choices (sets : list (list nat)) : list (list nat) :=
  match sets with
  | [] => [[]]
  | set :: rest => flat_map (fun x => map (cons x) (choices rest)) set
  end.

Lemma in_choices l sets : Forall2 (fun x set => In x set) l sets -> In l (choices sets).
Proof.
  induction 1 as [|x set l sets X F IH]; simpl; auto. apply in_flat_map. exists x. split; auto. now apply in_map.
Qed.

Lemma related_on_seq {A B : Type} (rel : A -> B -> Prop) f g n : (forall k, k < n -> rel (f k) (g k)) ->
  Forall2 rel (map f (seq 0 n)) (map g (seq 0 n)).
Proof.
  intros H. assert (G : forall l, (forall k, In k l -> k < n) -> Forall2 rel (map f l) (map g l)).
  { induction l as [|k l IH]; intros L; simpl; constructor; [apply H, L; now left | apply IH; intros j J; apply L; now right]. }
  apply G. intros k K. apply in_seq in K. lia.
Qed.

Lemma nth_on_seq {A : Type} (f : nat -> A) n k d : k < n -> nth k (map f (seq 0 n)) d = f k.
Proof. intros K. rewrite (nth_indep _ d (f 0)) by now rewrite length_map, length_seq. now rewrite map_nth, seq_nth. Qed.

Lemma concat_length {A : Type} (f : nat -> list A) n l : (forall k, length (f k) = n) -> length (concat (map f l)) = length l * n.
Proof. intros H. induction l as [|k l IH]; simpl; [reflexivity|]. now rewrite length_app, H, IH. Qed.

Definition holds_letter (l : list nat) (x : nat) : bool := existsb (Nat.eqb x) l.
Definition holds_tops (l : list (list nat)) (x : list nat) : bool := existsb (fun y => if list_eq_dec Nat.eq_dec x y then true else false) l.

Lemma holds_letter_right l x : holds_letter l x = true -> In x l.
Proof. intros H. apply existsb_exists in H. destruct H as (y & I & E). apply Nat.eqb_eq in E. now subst. Qed.

Lemma holds_tops_right l x : holds_tops l x = true <-> In x l.
Proof.
  unfold holds_tops. rewrite existsb_exists. split.
  - intros (y & I & E). destruct list_eq_dec; [now subst | discriminate].
  - intros I. exists x. split; auto. now destruct list_eq_dec.
Qed.

(* Below each letter of a stack lies one of those that `below` has. *)
Fixpoint lies_well (below : list (list nat)) (stack : list nat) : Prop :=
  match stack with
  | [] => True
  | letter :: rest => In (top rest) (nth letter below []) /\ lies_well below rest
  end.

(* What an action shows on top of a stack. *)
Definition shown (below : list (list nat)) (letter action : nat) : list nat :=
  match action with
  | 0 => [letter]
  | 1 => nth letter below []
  | S pushed => [pushed]
  end.

Lemma shown_right below action stack : In 0 (nth 0 below []) -> lies_well below stack ->
  In (top (acted action stack)) (shown below (top stack) action).
Proof. intros B L. destruct action as [|[|pushed]]; simpl; auto. destruct stack as [|letter rest]; [exact B | exact (proj1 L)]. Qed.

Module StackRegions (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Open Scope nat_scope.

Section Check.
Variables (N : stack_net) (M : stack_machine) (C : stack_certificate).
Notation net := (controller N).
Notation rule := (of_nodes C).
Notation nodes := (nodes (of_nodes C)).
Notation below_of k := (nth k (below C) []).

Definition ends_to_box (ends : list (dyadic * dyadic)) : box := map (fun e => hull (point (fst e)) (point (snd e))) ends.

(* The box of a letter of stack k. An empty stack reads as zeros. *)
Definition letter_boxes : list (list box) := map (map ends_to_box) (letter_ends C).
Definition letter_box (boxes : list (list box)) (k letter : nat) : box :=
  match letter with
  | 0 => repeat I.zero (width N)
  | S number => nth number (nth k boxes []) (repeat I.nai (width N))
  end.

(* What the controller sees under the symbol s and the letters on top. *)
Definition seen_box (boxes : list (list box)) (s : nat) (on_top : list nat) : box :=
  symbol_box net s ++ concat (map (fun k => letter_box boxes k (nth k on_top 0)) (seq 0 (stacks N))).
Definition anything_seen : box := repeat I.nai (base net * tapes net + stacks N * width N).

(* A net's gates as intervals, and 1/2 + eta. *)
Record prepared_gates := { rows : list box; offsets : box; beyond : I.type }.
Definition prepare_gates : prepared_gates := {|
  rows := map (map point) (gate_weight N);
  offsets := map point (gate_bias N);
  beyond := plus (point (1, -1)%Z) (point (eta rule))
|}.

(* Gate c is 1, or 0, by eta on all features in y. *)
Definition gate_box (G : prepared_gates) (y : box) (c : nat) : I.type :=
  plus (dot (N := intervals) (nth c (rows G) []) y) (nth c (offsets G) I.zero).
Definition is_one (G : prepared_gates) (y : box) (c : nat) : bool := is_not_below_zero (minus (gate_box G y c) (beyond G)).
Definition is_zero (G : prepared_gates) (y : box) (c : nat) : bool := is_not_below_zero (minus (I.neg (gate_box G y c)) (beyond G)).

(* On all states in `after` and features in y the gates of stack k act as the machine does; what is pushed is in the box of its letter,
   and may lie on the letter that was on top. *)
Definition acts_right (boxes : list (list box)) (G : prepared_gates) (after y : box) (k letter action : nat) : bool :=
  match action with
  | 0 => is_zero G y (2 * k) && is_zero G y (2 * k + 1)
  | 1 => is_zero G y (2 * k) && is_one G y (2 * k + 1)
  | S pushed => is_one G y (2 * k) && all_inside (to_push N after k) (letter_box boxes k pushed) &&
      holds_letter (nth pushed (below_of k) []) letter
  end.

Definition said_right (K : list (list (option (box * I.type)))) (y : box) (said : option nat) : bool :=
  match said with Some o => all_lead net (nth o K []) y o | None => true end.

(* A step from node j, given what it sees. *)
Definition step_closes (boxes : list (list box)) (P : prepared) (G : prepared_gates) (K : list (list (option (box * I.type))))
  (s : nat) (on_top : list nat) (sees : box) (values : list box) (j : nat) : bool :=
  match nth_error nodes j with
  | None => true
  | Some k =>
      let at_ := column M s on_top in
      let q := of_state k in
      let next_ := nth at_ (following k) 0 in
      let after := image_seeing net rule P sees values (box_of k) in
      let y := result_of (N := intervals) sees after (answer_code P) in
      (length after =? length (start_state net)) &&
      match nth_error nodes next_ with
      | Some n => (of_state n =? cell (moves M) q at_ 0) &&
          all_inside (gather (cut rule) (values_of (N := intervals) anything_seen after (step_code P))) (box_of n)
      | None => false
      end &&
      said_right K y (cell (sayings M) q at_ None) &&
      forallb (fun i => acts_right boxes G after y i (nth i on_top 0) (action M q at_ i)) (seq 0 (stacks N)) &&
      forallb (holds_tops (nth next_ (met C) []))
        (choices (map (fun i => shown (below_of i) (nth i on_top 0) (action M q at_ i)) (seq 0 (stacks N))))
  end.

Definition begins_well (P : prepared) : bool :=
  is_not_below_zero (point (epsilon rule)) && is_above_zero (point (eta rule)) &&
  (alphabet M =? symbols net) && (stack_count M =? stacks N) &&
  forallb (forallb (fun ends => length ends =? width N)) (letter_ends C) &&
  forallb (fun k => holds_letter (nth 0 (below_of k) []) 0) (seq 0 (stacks N)) &&
  holds_tops (nth (first rule) (met C) []) (repeat 0 (stacks N)) &&
  match nth_error nodes (first rule) with
  | Some n => (of_state n =? initial M) &&
      all_inside (gather (cut rule) (values_of (N := intervals) anything_seen (map point (start_state net)) (step_code P))) (box_of n)
  | None => false
  end.

Definition check : bool :=
  let P := prepare net in
  let boxes := letter_boxes in
  let G := prepare_gates in
  let K := all_contrasts net rule P in
  begins_well P &&
  forallb (fun s => forallb (fun on_top =>
    let sees := seen_box boxes s on_top in
    let values := values_of (N := intervals) sees (unknown_state net) (step_code P) in
    forallb (fun j => negb (holds_tops (nth j (met C) []) on_top) || step_closes boxes P G K s on_top sees values j)
      (seq 0 (length nodes)))
    (nodup (list_eq_dec Nat.eq_dec) (concat (met C)))) (seq 0 (symbols net)).

(* Soundness. *)
Hypothesis checked : check = true.
Notation box_at := (letter_box letter_boxes).

Lemma begun : begins_well (prepare net) = true.
Proof. unfold check in checked. cbv zeta in checked. apply andb_true_iff in checked. tauto. Qed.

Lemma allows_errors : (0 <= real_of (epsilon rule))%R.
Proof. pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff in H. eapply is_not_below_zero_correct; [apply point_holds | tauto]. Qed.

Lemma eta_is_positive : (0 < real_of (eta rule))%R.
Proof. pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff in H. eapply is_above_zero_correct; [apply point_holds | tauto]. Qed.

Lemma same_alphabet : alphabet M = symbols net /\ stack_count M = stacks N.
Proof. pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff, !Nat.eqb_eq in H. tauto. Qed.

Lemma bottom_on_bottom k : k < stacks N -> In 0 (nth 0 (below_of k) []).
Proof.
  intros K. pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff in H. destruct H as [[[_ H] _] _].
  rewrite forallb_forall in H. apply holds_letter_right, H, in_seq. lia.
Qed.

Lemma letter_box_length k letter : length (box_at k letter) = width N.
Proof.
  destruct letter as [|number]; [apply repeat_length|]. pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff in H.
  assert (L : forallb (forallb (fun ends => length ends =? width N)) (letter_ends C) = true) by tauto. clear H.
  unfold letter_box, letter_boxes. change (@nil box) with (map ends_to_box []). rewrite map_nth.
  destruct (le_lt_dec (length (map ends_to_box (nth k (letter_ends C) []))) number) as [O|I].
  { rewrite nth_overflow by exact O. apply repeat_length. }
  rewrite (nth_indep _ _ (ends_to_box [])) by exact I. rewrite map_nth. unfold ends_to_box at 1. rewrite length_map.
  rewrite length_map in I. apply Nat.eqb_eq.
  destruct (le_lt_dec (length (letter_ends C)) k) as [O'|I']; [rewrite nth_overflow in I by exact O'; simpl in I; lia|].
  rewrite forallb_forall in L. specialize (L _ (nth_In _ [] I')). rewrite forallb_forall in L. exact (L _ (nth_In _ [] I)).
Qed.

(* A stack of vectors is in the boxes of a stack of letters. *)
Definition stack_kept (k : nat) (vectors : list (list R)) (stack : list nat) : Prop :=
  Forall2 (fun v letter => related (box_at k letter) v) vectors stack /\ lies_well (below_of k) stack.

Lemma on_top_related k vectors stack : stack_kept k vectors stack -> related (box_at k (top stack)) (on_top N vectors).
Proof.
  intros [H _]. destruct H as [|v letter vectors stack V H]; [|exact V]. simpl. unfold on_top. simpl.
  apply (related_repeat _ _ holds I.zero 0%R zero_holds).
Qed.

Definition memory_kept (memory : list (list (list R))) (letters_ : list (list nat)) : Prop :=
  length memory = stacks N /\ length letters_ = stacks N /\ forall k, k < stacks N -> stack_kept k (nth k memory []) (nth k letters_ []).

Lemma seen_related s memory letters_ : memory_kept memory letters_ ->
  related (seen_box letter_boxes s (tops M letters_)) (seen N s memory).
Proof.
  intros (_ & _ & H). apply Forall2_app; [apply symbol_related|]. apply (concat_related intervals reals), related_on_seq. intros k K.
  unfold tops. rewrite (proj2 same_alphabet), nth_on_seq by exact K. now apply on_top_related, H.
Qed.

Lemma seen_length s memory letters_ : memory_kept memory letters_ -> length (seen N s memory) = base net * tapes net + stacks N * width N.
Proof.
  intros H. rewrite <- (related_length _ _ _ (seen_related s _ _ H)). unfold seen_box, symbol_box, symbol_of.
  rewrite length_app, length_map, encoded_length, concat_length with (n := width N), length_seq; [reflexivity | intros k; apply letter_box_length].
Qed.

Lemma anything_seen_related sees : length sees = base net * tapes net + stacks N * width N -> related anything_seen sees.
Proof.
  intros L. unfold anything_seen. rewrite <- L. clear L. induction sees; simpl; constructor; auto. apply nothing_known.
Qed.

(* The state h is where node j says. *)
Definition kept_by (j : nat) (w : list nat) (h : list R) (memory : list (list (list R))) : Prop :=
  let (q, letters_) := stack_after M w in
  exists k, nth_error nodes j = Some k /\ of_state k = q /\ length h = length (start_state net) /\
    (forall sees, length sees = base net * tapes net + stacks N * width N ->
      related (box_of k) (gather (cut rule) (values_seeing N sees h))) /\
    memory_kept memory letters_ /\ In (tops M letters_) (nth j (met C) []).

Lemma inside_whatever_is_seen inner h b : related inner h ->
  all_inside (gather (cut rule) (values_of (N := intervals) anything_seen inner (step_code (prepare net)))) b = true ->
  forall sees, length sees = base net * tapes net + stacks N * width N -> related b (gather (cut rule) (values_seeing N sees h)).
Proof.
  intros B H sees L. eapply all_inside_related; [|exact H]. apply gathered_related, values_related; auto. now apply anything_seen_related.
Qed.

Lemma kept_at_start : kept_by (first rule) [] (map real_of (start_state net)) (repeat [] (stacks N)).
Proof.
  pose proof begun as H. unfold begins_well in H. rewrite !andb_true_iff in H. destruct H as [[_ T] H].
  destruct (nth_error nodes (first rule)) as [n|] eqn:E; [|discriminate]. apply andb_true_iff in H. destruct H as [Q H].
  apply Nat.eqb_eq in Q. apply holds_tops_right in T. unfold kept_by, stack_after, at_rest. simpl. rewrite (proj2 same_alphabet).
  exists n. split; [exact E|]. split; [exact Q|]. split; [apply length_map|]. split; [|split].
  - apply (inside_whatever_is_seen (map point (start_state net))); [apply related_same_map, point_holds | exact H].
  - split; [apply repeat_length|]. split; [apply repeat_length|]. intros k _. rewrite !nth_repeat. now split.
  - replace (tops M (repeat [] (stacks N))) with (repeat 0 (stacks N)); [exact T|]. unfold tops. rewrite (proj2 same_alphabet).
    rewrite <- (length_seq (stacks N) 0) at 1. generalize (seq 0 (stacks N)).
    intros l; induction l; simpl; [reflexivity|]. now rewrite nth_repeat, IHl.
Qed.

(* What is known of a step: the answer leads, and each gate is decided. *)
Definition answered (w : list nat) (s : nat) (sees h : list R) : Prop :=
  forall o, stack_said M (stack_after M w) s = Some o ->
  o < length (readout_weight net) /\
  forall c, c < length (readout_weight net) -> c <> o -> (real_of (eta rule) <= logit_seeing N sees h o - logit_seeing N sees h c)%R.

Lemma gate_related y sees h c : related y (features N sees h) -> holds (gate_box prepare_gates y c) (gate N sees h c).
Proof.
  intros Y. unfold gate_box, gate. cbn [prepare_gates rows offsets]. apply plus_holds.
  - apply (dot_related _ _ _ intervals_hold); auto. change (@nil I.type) with (map point []). rewrite map_nth.
    apply related_same_map, point_holds.
  - change I.zero with (point (0, 0)%Z). rewrite map_nth. apply point_holds.
Qed.

Lemma beyond_holds : holds (beyond prepare_gates) (/ 2 + real_of (eta rule)).
Proof.
  apply plus_holds; [|apply point_holds]. replace (/ 2)%R with (real_of (1, -1)%Z) by (unfold real_of; simpl; lra). apply point_holds.
Qed.

Lemma is_one_right y sees h c : related y (features N sees h) -> is_one prepare_gates y c = true ->
  (/ 2 + real_of (eta rule) <= gate N sees h c)%R.
Proof.
  intros Y H. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (gate_related y sees h c Y) beyond_holds) H). lra.
Qed.

Lemma is_zero_right y sees h c : related y (features N sees h) -> is_zero prepare_gates y c = true ->
  (gate N sees h c <= - (/ 2 + real_of (eta rule)))%R.
Proof.
  intros Y H. pose proof (I.neg_correct _ _ (gate_related y sees h c Y)) as G.
  pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ G beyond_holds) H). lra.
Qed.

Lemma to_push_related after h k : related after h -> related (to_push N after k) (to_push N h k).
Proof.
  intros A. unfold to_push. rewrite (related_length _ _ _ A). now apply related_firstn, related_skipn, related_skipn.
Qed.

Lemma acts_right_correct y sees after h k stack letters_ action vectors :
  related y (features N sees h) -> related after h -> stack_kept k vectors stack ->
  acts_right letter_boxes prepare_gates after y k (top stack) action = true ->
  acts (gate N sees h (2 * k)) (gate N sees h (2 * k + 1)) (to_push N h k) vectors letters_ ->
  stack_kept k letters_ (acted action stack).
Proof.
  intros Y A [V L] H D. pose proof eta_is_positive as P.
  assert (one : forall c, is_one prepare_gates y c = true -> (/ 2 < gate N sees h c)%R).
  { intros c O. pose proof (is_one_right y sees h c Y O). lra. }
  assert (zero : forall c, is_zero prepare_gates y c = true -> (gate N sees h c < - / 2)%R).
  { intros c O. pose proof (is_zero_right y sees h c Y O). lra. }
  destruct action as [|[|pushed]]; unfold acts_right in H; rewrite !andb_true_iff in H.
  - destruct H as [Z Z']. apply zero in Z, Z'. inversion D; subst; try lra. split; assumption.
  - destruct H as [Z O]. apply zero in Z. apply one in O. inversion D; subst; try lra. simpl.
    destruct V as [|v letter vectors stack V' V]; split; simpl; [constructor | exact I | exact V | exact (proj2 L)].
  - destruct H as [[O I] B]. apply one in O. inversion D; subst; try lra. split; simpl.
    + constructor; auto. eapply all_inside_related; [|exact I]. now apply to_push_related.
    + split; auto. now apply holds_letter_right.
Qed.

Lemma closing_step j w h memory s h' memory' : kept_by j w h memory -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon rule))%R h' (state_seeing N (seen N s memory) h) -> length memory' = stacks N ->
  (forall k, k < stacks N -> acts (gate N (seen N s memory) h' (2 * k)) (gate N (seen N s memory) h' (2 * k + 1))
    (to_push N h' k) (nth k memory []) (nth k memory' [])) ->
  (exists j', kept_by j' (w ++ [s]) h' memory') /\ answered w s (seen N s memory) h'.
Proof.
  intros B S D L A. unfold kept_by in B at 1. unfold answered, kept_by. rewrite stack_after_snoc.
  destruct (stack_after M w) as [q letters_]. destruct B as (k & E & Q & Lh & B & Kept & T).
  assert (close : step_closes letter_boxes (prepare net) prepare_gates (all_contrasts net rule (prepare net)) s (tops M letters_)
    (seen_box letter_boxes s (tops M letters_))
    (values_of (N := intervals) (seen_box letter_boxes s (tops M letters_)) (unknown_state net) (step_code (prepare net))) j = true).
  { unfold check in checked. cbv zeta in checked. rewrite andb_true_iff, forallb_forall in checked. destruct checked as [_ H].
    specialize (H s ltac:(apply in_seq; lia)). rewrite forallb_forall in H. specialize (H (tops M letters_)). cbv beta in H.
    assert (J : j < length (met C)).
    { destruct (le_lt_dec (length (met C)) j) as [O|]; auto. rewrite nth_overflow in T by exact O. destruct T. }
    specialize (H ltac:(apply nodup_In, in_concat; exists (nth j (met C) []); split; [now apply nth_In | exact T])).
    rewrite forallb_forall in H. specialize (H j ltac:(apply in_seq; split; [lia | apply nth_error_Some; rewrite E; discriminate])).
    apply holds_tops_right in T. now rewrite T in H. }
  pose proof (seen_related s _ _ Kept) as Sees. pose proof (seen_length s _ _ Kept) as SeenL.
  assert (R : related (image_seeing net rule (prepare net) (seen_box letter_boxes s (tops M letters_))
    (values_of (N := intervals) (seen_box letter_boxes s (tops M letters_)) (unknown_state net) (step_code (prepare net))) (box_of k)) h').
  { apply (image_seeing_related net rule _ (seen N s memory) _ h); auto.
    - apply values_related; auto. now apply nothing_related.
    - now apply B. }
  unfold step_closes in close. rewrite E in close. cbv zeta in close.
  set (after := image_seeing _ _ _ _ _ _) in *. rewrite !andb_true_iff in close.
  destruct close as [[[[LR Next] Said] Acts] Shows]. apply Nat.eqb_eq in LR. rewrite Q in *.
  assert (Y : related (result_of (N := intervals) (seen_box letter_boxes s (tops M letters_)) after (answer_code (prepare net)))
    (features N (seen N s memory) h')).
  { unfold features, result_of. apply related_last; auto. now apply values_related. }
  set (y := result_of _ _ _) in *. rewrite forallb_forall in Acts, Shows.
  assert (acts_at : forall i, i < stacks N -> acts_right letter_boxes prepare_gates after y i (top (nth i letters_ []))
    (action M q (column M s (tops M letters_)) i) = true).
  { intros i I. specialize (Acts i ltac:(apply in_seq; lia)). unfold tops in Acts at 1.
    now rewrite (proj2 same_alphabet), nth_on_seq in Acts by exact I. }
  split.
  - destruct (nth_error nodes _) as [n|] eqn:E' in Next; [|discriminate]. apply andb_true_iff in Next. destruct Next as [Q' In_].
    apply Nat.eqb_eq in Q'. exists (nth (column M s (tops M letters_)) (following k) 0). unfold stack_next, column_of. cbn [fst snd].
    destruct Kept as (L1 & L2 & Kept). exists n. repeat split; auto.
    + now rewrite <- (related_length _ _ _ R).
    + now apply inside_whatever_is_seen with after.
    + rewrite length_map, length_seq. apply same_alphabet.
    + rewrite (proj2 same_alphabet), nth_on_seq by exact H. now apply (acts_right_correct y (seen N s memory) after h' _ _ _ _ (nth k0 memory [])); auto.
    + rewrite (proj2 same_alphabet), nth_on_seq by exact H. now apply (acts_right_correct y (seen N s memory) after h' _ _ (nth k0 memory' []) _ (nth k0 memory [])); auto.
    + apply holds_tops_right, Shows, in_choices. unfold tops at 1. rewrite (proj2 same_alphabet). apply related_on_seq. intros i I.
      rewrite nth_on_seq by exact I. unfold tops at 2. rewrite (proj2 same_alphabet), nth_on_seq by exact I.
      apply shown_right; [now apply bottom_on_bottom | now apply Kept].
  - intros o O. unfold stack_said, column_of in O. cbn [fst snd] in O. unfold said_right in Said. rewrite O in Said.
    apply (all_lead_correct net rule y); auto. unfold all_lead in *. destruct (o <? classes net) eqn:Lo; [|discriminate].
    apply Nat.ltb_lt in Lo. unfold all_contrasts in Said.
    rewrite (nth_indep _ [] (contrasts net rule (prepare net) 0)) in Said by now rewrite length_map, length_seq.
    now rewrite map_nth, seq_nth, Nat.add_0_l in Said by exact Lo.
Qed.

Theorem always_kept w sees h memory : computes_with_stacks N (real_of (epsilon rule)) w sees h memory -> exists j, kept_by j w h memory.
Proof.
  induction 1 as [|w sees h memory s h' memory' H (j & IH) S D L A]; [exists (first rule); exact kept_at_start|].
  now apply (closing_step j w h memory s h' memory').
Qed.

(* For every word, and every computation with errors of up to epsilon: the logit of what the machine says is the largest, by eta. *)
Theorem always_right w s sees h memory : computes_with_stacks N (real_of (epsilon rule)) (w ++ [s]) sees h memory -> answered w s sees h.
Proof.
  intros H. inversion H as [E|w' sees' h0 memory0 s' h'' memory'' H' S D L A E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. destruct (always_kept _ _ _ _ H') as (j & B).
  now apply (closing_step j w h0 memory0 s h memory).
Qed.

Theorem answers_as_the_machine w s sees h memory : computes_with_stacks N (real_of (epsilon rule)) (w ++ [s]) sees h memory ->
  forall o, stack_said M (stack_after M w) s = Some o -> answers_seeing N sees h o.
Proof.
  intros H o O. destruct (always_right w s sees h memory H o O) as [Lo G]. split; auto. intros c Lc Nc. specialize (G c Lc Nc).
  pose proof eta_is_positive. lra.
Qed.

(* Each stack of the net is as high as the machine's. *)
Theorem as_high_as_the_machine : always_as_high N (real_of (epsilon rule)) M.
Proof.
  intros w sees h memory H. destruct (always_kept w sees h memory H) as (j & B). unfold kept_by in B.
  destruct (stack_after M w) as [q letters_]. destruct B as (k & _ & _ & _ & _ & (L1 & L2 & B) & _). cbn [snd].
  apply nth_ext with (length (@nil (list R))) (length (@nil nat)); rewrite !length_map; [congruence|].
  intros i I. rewrite !map_nth. destruct (B i ltac:(congruence)) as [V _]. exact (Forall2_length V).
Qed.
End Check.
End StackRegions.
