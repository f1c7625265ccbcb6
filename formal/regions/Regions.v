(* The rule of regions: if a certificate passes the check, the net answers as the machine does, on all words. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction.
Import ListNotations.

Fixpoint replace {A : Type} (k : nat) (x : A) (l : list A) : list A :=
  match l, k with
  | [], _ => []
  | _ :: rest, 0 => x :: rest
  | y :: rest, S k' => y :: replace k' x rest
  end.

Lemma nth_replace {A : Type} (x d : A) : forall l k j, nth j (replace k x l) d = nth j l d \/ (j = k /\ nth j (replace k x l) d = x).
Proof.
  induction l as [|y l IH]; intros [|k] [|j]; simpl; auto.
  destruct (IH k j) as [E|[E1 E2]]; auto.
Qed.

(* The numbers of the values at some places. *)
Definition gather {A : Type} (places : list nat) (values : list (list A)) : list A := concat (map (fun k => nth k values []) places).

Module Regions (F : FloatOps with Definition sensible_format := true).
Module Export V := Intervals F.

Open Scope nat_scope.

Notation box := (list I.type).
Notation related := (Forall2 holds).

Definition nothing {A : Type} (l : list A) : box := map (fun _ => I.nai) l.
Definition widened (epsilon : dyadic) (i : I.type) : I.type :=
  plus i (hull (minus (integer 0) (point epsilon)) (point epsilon)).

Fixpoint all_inside (inner outer : box) : bool :=
  match inner, outer with
  | [], [] => true
  | i :: inner', o :: outer' => I.subset i o && all_inside inner' outer'
  | _, _ => false
  end.

(* What is known of a symbol's values before anything is known of the state. *)
Definition known (values : list box) : list (option box) := map (fun v => if forallb I.bounded v then Some v else None) values.

(* A node's box, cut into the values that it bounds. *)
Fixpoint placed (cut : list nat) (values : list box) (b : box) (given : list (option box)) : list (option box) :=
  match cut with
  | [] => given
  | k :: rest =>
      let rows := length (nth k values []) in
      placed rest values (skipn rows b) (replace k (Some (firstn rows b)) given)
  end.

Section Check.
Variables (net : net) (M : machine) (C : certificate).

(* The net's numbers as intervals, made once. *)
Record prepared := {
  step_code : list (instruction intervals);
  answer_code : list (instruction intervals);
  weight_rows : list box;
  biases : box
}.
Definition prepare : prepared := {|
  step_code := code (step net);
  answer_code := code (answer net);
  weight_rows := map (map point) (readout_weight net);
  biases := map point (readout_bias net)
|}.

Definition classes := length (readout_weight net).
Definition symbol_box (s : nat) : box := symbol_of (N := intervals) net s.
Definition unknown_state : box := nothing (start_state net).
Definition unknown_symbol : box := nothing (encoded net 0).

Definition values_without_state (P : prepared) (s : nat) : list box := values_of (N := intervals) (symbol_box s) unknown_state (step_code P).
Definition values_without_symbol (P : prepared) (state : box) : list box := values_of (N := intervals) unknown_symbol state (step_code P).

(* The box of a node, and all states that a step from it under s may compute. *)
Definition box_of (k : node) : box := map (fun ends => hull (point (fst ends)) (point (snd ends))) (region k).
Definition image (P : prepared) (s : nat) (values : list box) (b : box) : box :=
  let given := placed (cut C) values b (known values) in
  map (widened (epsilon C)) (last (run (N := intervals) (symbol_box s) unknown_state given (step_code P) []) []).

(* The logit of o is larger than that of c by eta, on a whole box of answers. *)
Definition is_larger (P : prepared) (y : box) (o c : nat) : bool :=
  let o_row := nth o (weight_rows P) [] in
  let c_row := nth c (weight_rows P) [] in
  let bias k := nth k (biases P) (point (0, 0)%Z) in
  (length o_row =? length c_row) &&
  is_not_below_zero (minus (plus (dot (N := intervals) (map2 minus o_row c_row) y) (minus (bias o) (bias c))) (point (eta C))).
Definition is_right (P : prepared) (s : nat) (state : box) (o : nat) : bool :=
  let y := result_of (N := intervals) (symbol_box s) state (answer_code P) in
  (o <? classes) && forallb (fun c => (c =? o) || is_larger P y o c) (seq 0 classes).

Definition closes (P : prepared) (boxes : list (nat * box)) (k : node) (values : list box) (s : nat) : bool :=
  let R := image P s values (box_of k) in
  let next_node := nth (nth s (following k) 0) boxes (0, []) in
  (nth s (following k) 0 <? length boxes) &&
  (fst next_node =? next M (of_state k) s) &&
  (length R =? length (start_state net)) &&
  all_inside (gather (cut C) (values_without_symbol P R)) (snd next_node) &&
  is_right P s R (said M (of_state k) s).

Definition starts (P : prepared) (boxes : list (nat * box)) : bool :=
  let first_node := nth (first C) boxes (0, []) in
  (first C <? length boxes) && (fst first_node =? start M) &&
  all_inside (gather (cut C) (values_without_symbol P (map point (start_state net)))) (snd first_node).

Definition all : list (nat * box) := map (fun k => (of_state k, box_of k)) (nodes C).
Definition check : bool :=
  let P := prepare in
  let boxes := all in
  let by_symbol := map (fun s => (s, values_without_state P s)) (seq 0 (symbols net)) in
  is_not_below_zero (point (epsilon C)) && is_above_zero (point (eta C)) && starts P boxes &&
  forallb (fun k => forallb (fun sv => closes P boxes k (snd sv) (fst sv)) by_symbol) (nodes C).

(* Soundness. *)
Notation reals_at := (values_at net).

Lemma nothing_related {A : Type} (l : list A) : forall h : list R, length h = length l -> related (nothing l) h.
Proof.
  induction l as [|x l IH]; intros [|y h] L; try discriminate; constructor; [apply nothing_known | apply IH; simpl in L; lia].
Qed.

Lemma symbol_related s : related (symbol_box s) (symbol_of (N := reals) net s).
Proof. apply related_same_map, point_holds. Qed.

Lemma encoded_length s : length (encoded net s) = base net * tapes net.
Proof.
  unfold encoded. generalize 0. induction (tapes net) as [|n IH]; intros k; simpl; [lia|].
  rewrite length_app, IH. unfold one_hot. rewrite length_map, length_seq. lia.
Qed.

Lemma unknown_symbol_related s : related unknown_symbol (symbol_of (N := reals) net s).
Proof. apply nothing_related. unfold symbol_of. now rewrite length_map, !encoded_length. Qed.

Lemma no_value_is_given symbol state (k : nat) (v : box) values : nth k (@nil (option box)) None = Some v ->
  related v (nth (length values + k) (run (N := reals) symbol state [] (code (step net)) values) []).
Proof. destruct k; discriminate. Qed.

Lemma values_related symbol symbol' state state' (c : list (instruction dyadic)) :
  related symbol symbol' -> related state state' ->
  Forall2 related (values_of (N := intervals) symbol state (code c)) (values_of (N := reals) symbol' state' (code c)).
Proof.
  intros S T. apply (run_related _ _ _ intervals_hold); auto. intros k v H. destruct k; discriminate.
Qed.

Lemma gathered_related (values : list box) (exact : list (list R)) :
  Forall2 related values exact -> forall places, related (gather places values) (gather places exact).
Proof.
  intros F places. unfold gather. apply (concat_related intervals reals), related_same_map. intros k. now apply related_nth.
Qed.

Lemma all_inside_related inner h : related inner h -> forall outer, all_inside inner outer = true -> related outer h.
Proof.
  induction 1 as [|i x inner h X F IH]; intros [|o outer] H; simpl in H; try discriminate; auto.
  apply andb_true_iff in H. destruct H as [S H]. constructor; auto. exact (I.subset_correct i o _ X S).
Qed.

Lemma nth_known values : forall k v, nth k (known values) None = Some v -> v = nth k values [].
Proof.
  induction values as [|u l IH]; intros [|k] v H; simpl in *; try discriminate; auto.
  destruct (forallb I.bounded u); now inversion H.
Qed.

(* The values that are given to the step are right. *)
Section Given.
Variables (values : list box) (exact : list (list R)).
Hypothesis R : Forall2 related values exact.

Definition right_given (given : list (option box)) := forall k v, nth k given None = Some v -> related v (nth k exact []).

Lemma known_right : right_given (known values).
Proof.
  intros k v H. apply nth_known in H. subst. now apply related_nth.
Qed.

Lemma placed_right places : forall b given, right_given given -> related b (gather places exact) ->
  right_given (placed places values b given).
Proof.
  induction places as [|p places IH]; intros b given G B; simpl; auto.
  unfold gather in B. simpl in B. apply Forall2_app_inv_r in B. destruct B as (b1 & b2 & B1 & B2 & ->).
  assert (L : length (nth p values []) = length b1).
  { rewrite (related_length _ _ _ B1). eapply related_length with (rel := holds). now apply related_nth. }
  rewrite L, skipn_app, Nat.sub_diag, skipn_all, firstn_app, Nat.sub_diag, firstn_all. simpl. rewrite app_nil_r.
  apply IH; auto. intros k v H. destruct (nth_replace (Some b1) None given p k) as [E|[E1 E2]].
  - rewrite E in H. auto.
  - subst k. rewrite E2 in H. inversion H; subst; auto.
Qed.
End Given.

Lemma widened_related (h h' : list R) (b : box) : related b h -> Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' h ->
  related (map (widened (epsilon C)) b) h'.
Proof.
  intros B; revert h'; induction B as [|i x b h X B IH]; intros h' D; inversion D as [|y z l l' N D']; subst; constructor; auto.
  assert (L : (- real_of (epsilon C) <= y - x <= real_of (epsilon C))%R) by (revert N; unfold Rabs; destruct (Rcase_abs (y - x)); lra).
  replace y with (x + (y - x))%R by ring. apply plus_holds; auto.
  eapply hull_holds; [apply minus_holds; [apply integer_holds | apply point_holds] | apply point_holds | lra].
Qed.

Lemma image_related s b h h' : length h = length (start_state net) -> related b (gather (cut C) (reals_at s h)) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  related (image prepare s (values_without_state prepare s) b) h'.
Proof.
  intros L B D. apply widened_related with (next_state net s h); auto.
  assert (W : Forall2 related (values_without_state prepare s) (reals_at s h)).
  { apply values_related; [apply symbol_related | now apply nothing_related]. }
  apply related_last; auto. apply (run_related _ _ _ intervals_hold); auto.
  - apply symbol_related.
  - now apply nothing_related.
  - intros k v H. apply (placed_right _ _ W (cut C) b _ (known_right _ _ W) B k v H).
Qed.

Lemma dot_of_difference a b : length a = length b -> forall h : list R,
  dot (N := reals) (map2 Rminus a b) h = (dot (N := reals) a h - dot (N := reals) b h)%R.
Proof.
  revert b; induction a as [|x a IH]; intros [|y b] L h; try discriminate; simpl; [unfold real_of; simpl; ring|].
  destruct h as [|z h]; simpl; [unfold real_of; simpl; ring|]. rewrite IH by (simpl in L; lia). ring.
Qed.

Lemma differences_related (a b : list dyadic) :
  related (map2 minus (map point a) (map point b)) (map2 Rminus (map real_of a) (map real_of b)).
Proof.
  revert b; induction a as [|x a IH]; intros [|y b]; simpl; constructor; auto. apply minus_holds; apply point_holds.
Qed.

Lemma prepared_row k : nth k (weight_rows prepare) [] = weight_row (N := intervals) net k.
Proof. exact (map_nth (map point) (readout_weight net) [] k). Qed.

Lemma prepared_bias k : nth k (biases prepare) (point (0, 0)%Z) = bias_of (N := intervals) net k.
Proof. exact (map_nth point (readout_bias net) (0, 0)%Z k). Qed.

Lemma is_larger_correct s h y o c : related y (answer_of (N := reals) net s h) -> is_larger prepare y o c = true ->
  (real_of (eta C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros Y H. unfold is_larger in H. cbv zeta in H. rewrite !prepared_row, !prepared_bias in H.
  apply andb_true_iff in H. destruct H as [L H]. apply Nat.eqb_eq in L.
  unfold weight_row in L, H. rewrite !length_map in L.
  assert (D : related (map2 minus (map point (nth o (readout_weight net) [])) (map point (nth c (readout_weight net) [])))
    (map2 Rminus (map real_of (nth o (readout_weight net) [])) (map real_of (nth c (readout_weight net) [])))) by apply differences_related.
  assert (B : holds (minus (bias_of (N := intervals) net o) (bias_of (N := intervals) net c))
    (bias_of (N := reals) net o - bias_of (N := reals) net c)%R) by (apply minus_holds; apply point_holds).
  pose proof (is_not_below_zero_correct _ _
    (minus_holds _ _ _ _ (plus_holds _ _ _ _ (dot_related _ _ _ intervals_hold _ _ D _ _ Y) B) (point_holds (eta C))) H) as P.
  rewrite dot_of_difference in P by now rewrite !length_map.
  unfold logit, weight_row. simpl in *. lra.
Qed.

Lemma is_right_correct s R h o : related R h -> is_right prepare s R o = true ->
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (eta C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros B H. unfold is_right in H. apply andb_true_iff in H. destruct H as [O H]. apply Nat.ltb_lt in O. split; auto.
  intros c Hc N. rewrite forallb_forall in H. specialize (H c ltac:(apply in_seq; lia)).
  apply orb_true_iff in H. destruct H as [E|H]; [apply Nat.eqb_eq in E; congruence|].
  eapply is_larger_correct; eauto. unfold answer_of, result_of. apply related_last; auto. apply values_related; auto. apply symbol_related.
Qed.

(* The state h is where the node k says, after a word that brings the machine to the node's state. *)
Definition bounded_by (k : node) (w : list nat) (h : list R) : Prop :=
  length h = length (start_state net) /\ of_state k = after M w /\ forall s, related (box_of k) (gather (cut C) (reals_at s h)).

Lemma inside_for_all_symbols R h b : related R h -> all_inside (gather (cut C) (values_without_symbol prepare R)) b = true ->
  forall s, related b (gather (cut C) (reals_at s h)).
Proof.
  intros B H s. eapply all_inside_related; [|exact H]. apply gathered_related, values_related; auto. apply unknown_symbol_related.
Qed.

Lemma node_of k n : nth_error (nodes C) k = Some n -> nth k all (0, []) = (of_state n, box_of n).
Proof. intros E. apply nth_error_nth. unfold all. now rewrite nth_error_map, E. Qed.

Lemma node_before k : k < length all -> exists n, nth_error (nodes C) k = Some n.
Proof.
  intros H. unfold all in H. rewrite length_map in H. destruct (nth_error (nodes C) k) as [n|] eqn:E; [eauto | apply nth_error_None in E; lia].
Qed.

(* One step from a node that closes under the symbol. *)
Lemma closing_step k w h s h' : closes prepare all k (values_without_state prepare s) s = true -> bounded_by k w h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  (exists n, nth_error (nodes C) (nth s (following k) 0) = Some n /\ bounded_by n (w ++ [s]) h') /\
  right_by_eta net M (real_of (eta C)) w s h'.
Proof.
  intros H (L & Q & B) D. unfold closes in H.
  pose proof (image_related s _ h h' L (B s) D) as R. set (image_ := image prepare s (values_without_state prepare s) (box_of k)) in *.
  rewrite !andb_true_iff in H. destruct H as [[[[H1 H2] H3] H4] H5].
  apply Nat.ltb_lt in H1. apply Nat.eqb_eq in H2, H3. rewrite Q in *. destruct (node_before _ H1) as (n & E). rewrite (node_of _ _ E) in *. split.
  - exists n. split; auto. split; [|split].
    + rewrite <- (related_length _ _ _ R). exact H3.
    + now rewrite after_snoc.
    + now apply inside_for_all_symbols with image_.
  - exact (is_right_correct s _ h' _ R H5).
Qed.

Lemma starting_node : starts prepare all = true -> exists n, nth_error (nodes C) (first C) = Some n /\ bounded_by n [] (map real_of (start_state net)).
Proof.
  unfold starts. rewrite !andb_true_iff. intros [[H1 H2] H3]. apply Nat.ltb_lt in H1. apply Nat.eqb_eq in H2.
  destruct (node_before _ H1) as (n & E). rewrite (node_of _ _ E) in *. exists n. split; auto. split; [apply length_map|]. split; auto.
  apply inside_for_all_symbols with (map point (start_state net)); auto. apply related_same_map, point_holds.
Qed.

Hypothesis checked : check = true.

(* After the word w the state h is where some node says. *)
Definition bounded_by_a_node (w : list nat) (h : list R) : Prop := exists k, In k (nodes C) /\ bounded_by k w h.

Lemma closed k s : In k (nodes C) -> s < symbols net -> closes prepare all k (values_without_state prepare s) s = true.
Proof.
  intros K S. unfold check in checked. rewrite !andb_true_iff, !forallb_forall in checked. destruct checked as [_ H]. specialize (H k K).
  rewrite forallb_forall in H. apply (H (s, values_without_state prepare s)). apply in_map_iff. exists s. split; auto. apply in_seq. lia.
Qed.

Lemma one_step_closes w h s h' : bounded_by_a_node w h -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  bounded_by_a_node (w ++ [s]) h' /\ right_by_eta net M (real_of (eta C)) w s h'.
Proof.
  intros (k & K & B) S D. destruct (closing_step k w h s h' (closed k s K S) B D) as ((n & E & N) & R).
  split; auto. exists n. split; auto. now apply nth_error_In with (1 := E).
Qed.

Lemma starts_in_a_node : bounded_by_a_node [] (map real_of (start_state net)).
Proof.
  unfold check in checked. rewrite !andb_true_iff in checked. destruct checked as [[_ H] _].
  destruct (starting_node H) as (n & E & B). exists n. split; auto. now apply nth_error_In with (1 := E).
Qed.

Theorem always_bounded w h : computes net (real_of (epsilon C)) w h -> bounded_by_a_node w h.
Proof. exact (always_kept net M _ _ _ starts_in_a_node one_step_closes w h). Qed.

(* For every word, of any length, and every computation with errors of up to epsilon: the logit of what the machine says is the largest, by eta. *)
Theorem sound w s h : computes net (real_of (epsilon C)) (w ++ [s]) h ->
  let o := said M (after M w) s in
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (eta C) <= logit net s h o - logit net s h c)%R.
Proof. exact (always_right net M _ _ _ starts_in_a_node one_step_closes w s h). Qed.

Theorem answers_as_the_machine w s h : computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  apply (always_answers net M _ _ _ starts_in_a_node one_step_closes).
  unfold check in checked. rewrite !andb_true_iff in checked. destruct checked as [[[_ P] _] _]. now apply is_above_zero_correct with (1 := point_holds _).
Qed.

Theorem allows_errors : (0 <= real_of (epsilon C))%R.
Proof. unfold check in checked. rewrite !andb_true_iff in checked. destruct checked as [[[P _] _] _]. now apply is_not_below_zero_correct with (1 := point_holds _). Qed.
End Check.
End Regions.

(* The check of regions, over some kind of floats. *)
Module Type RegionsOf (F : FloatOps with Definition sensible_format := true).
Include Regions F.
End RegionsOf.
