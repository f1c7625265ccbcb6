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

(* The first result that there is. *)
Fixpoint first_some {A B : Type} (f : A -> option B) (l : list A) : option B :=
  match l with
  | [] => None
  | x :: rest => match f x with Some y => Some y | None => first_some f rest end
  end.

Lemma first_some_none {A B : Type} (f : A -> option B) l : first_some f l = None -> forall x, In x l -> f x = None.
Proof.
  induction l as [|y l IH]; simpl; [tauto|]. destruct (f y) eqn:E; [discriminate|]. intros H x [->|I]; auto.
Qed.

(* The numbers of the values at some places. *)
Definition gather {A : Type} (places : list nat) (values : list (list A)) : list A := concat (map (fun k => nth k values []) places).

Module Regions (F : FloatOps with Definition sensible_format := true).
Module Export V := Intervals F.

Open Scope nat_scope.

Notation box := (list I.type).
Notation related := (Forall2 holds).

Definition nothing {A : Type} (l : list A) : box := map (fun _ => I.nai) l.
Definition up_to (epsilon : dyadic) : I.type := hull (minus I.zero (point epsilon)) (point epsilon).

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
Definition image_seeing (P : prepared) (symbol : box) (values : list box) (b : box) : box :=
  let given := placed (cut C) values b (known values) in
  let errors := up_to (epsilon C) in
  map (fun i => plus i errors) (last (run (N := intervals) symbol unknown_state given (step_code P) []) []).
Definition image (P : prepared) (s : nat) : list box -> box -> box := image_seeing P (symbol_box s).

(* What the logit of o is larger by than that of c, less eta: the weights of a sum over the answer's numbers, and a constant. *)
Notation contrast := (option (box * I.type)).
Definition contrast_of (P : prepared) (eta : I.type) (o c : nat) : contrast :=
  let o_row := nth o (weight_rows P) [] in
  let c_row := nth c (weight_rows P) [] in
  let bias k := nth k (biases P) I.zero in
  if length o_row =? length c_row then Some (map2 minus o_row c_row, minus (minus (bias o) (bias c)) eta) else None.

(* The contrasts of a class with all others; the list of them for all classes. *)
Definition contrasts (P : prepared) (o : nat) : list contrast :=
  map (contrast_of P (point (eta C)) o) (filter (fun c => negb (c =? o)) (seq 0 classes)).
Definition all_contrasts (P : prepared) : list (list contrast) := map (contrasts P) (seq 0 classes).

(* The logit of o is the largest, by eta, on a whole box of states. *)
Definition leads (y : box) (K : contrast) : bool :=
  match K with Some (row, rest) => is_not_below_zero (plus (dot (N := intervals) row y) rest) | None => false end.
Definition all_lead (K : list contrast) (y : box) (o : nat) : bool := (o <? classes) && forallb (leads y) K.
Definition is_right (P : prepared) (K : list contrast) (s : nat) (state : box) (o : nat) : bool :=
  all_lead K (result_of (N := intervals) (symbol_box s) state (answer_code P)) o.

(* The node that follows is of the machine's next state. *)
Definition follows (all_nodes : list node) (k : node) (s : nat) : bool :=
  match nth_error all_nodes (nth s (following k) 0) with
  | Some n => of_state n =? next M (of_state k) s
  | None => false
  end.

(* The box of the node that follows. *)
Definition box_after (boxes : list (node * box)) (k : node) (s : nat) : option box := option_map snd (nth_error boxes (nth s (following k) 0)).

(* A step to the states R from the node k ends in the box that follows, and all answers there are right. *)
Definition ends_right (P : prepared) (K : nat -> list contrast) (after_ : option box) (k : node) (s : nat) (R : box) : bool :=
  let o := said M (of_state k) s in
  (length R =? length (start_state net)) &&
  match after_ with
  | Some b => all_inside (gather (cut C) (values_without_symbol P R)) b
  | None => false
  end &&
  is_right P (K o) s R o.
Definition closes (P : prepared) (K : nat -> list contrast) (after_ : option box) (k : node * box) (symbol : nat * list box) : bool :=
  let (s, values) := symbol in ends_right P K after_ (fst k) s (image P s values (snd k)).

(* The start state is in the box of the first node, which has the machine's start state. *)
Definition starts (P : prepared) (first_ : option (node * box)) : bool :=
  match first_ with
  | Some (n, b) => (of_state n =? start M) && all_inside (gather (cut C) (values_without_symbol P (map point (start_state net)))) b
  | None => false
  end.

Definition all : list (node * box) := map (fun k => (k, box_of k)) (nodes C).

(* A proof about some words only looks at the nodes and symbols at which it goes on. *)
Section Steps.
Variable goes_on : node -> nat -> bool.

(* Which node follows which. *)
Definition linked : bool := forallb (fun k => forallb (fun s => negb (goes_on k s) || follows (nodes C) k s) (seq 0 (symbols net))) (nodes C).
Definition begins (P : prepared) (boxes : list (node * box)) : bool :=
  is_not_below_zero (point (epsilon C)) && is_above_zero (point (eta C)) && starts P (nth_error boxes (first C)).

(* The first node and symbol whose step does not close, if there is one. *)
Definition with_values (P : prepared) (s : nat) : nat * list box := (s, values_without_state P s).
Definition first_failure (P : prepared) (boxes : list (node * box)) : option (node * nat) :=
  let K := all_contrasts P in
  first_some (fun s =>
    let symbol := with_values P s in
    let fails k := goes_on (fst k) s && negb (closes P (fun o => nth o K []) (box_after boxes (fst k) s) k symbol) in
    option_map (fun k => (fst k, s)) (find fails boxes)) (seq 0 (symbols net)).

Definition check_steps : bool :=
  linked &&
  let P := prepare in
  let boxes := all in
  begins P boxes && match first_failure P boxes with Some _ => false | None => true end.
End Steps.

Definition check : bool := check_steps (fun _ _ => true).

(* What fails by less than this may pass with a higher precision. The theorems do not need these two: they only tell a program whether
   a failure is worth a second look. *)
Definition slack : I.type := point (1, -20)%Z.
Definition loosened (i : I.type) : I.type := let d := times slack (plus number_1 (I.abs i)) in hull (minus i d) (plus i d).
Definition nearly_begins (P : prepared) (boxes : list (node * box)) : bool :=
  starts P (option_map (fun k => (fst k, map loosened (snd k))) (nth_error boxes (first C))).
Definition nearly_closes (P : prepared) (boxes : list (node * box)) (k : node) (s : nat) : bool :=
  let K o := map (option_map (fun c => (fst c, plus (snd c) slack))) (contrasts P o) in
  let R := image P s (values_without_state P s) (box_of k) in
  negb (forallb I.bounded R) || ends_right P K (option_map (map loosened) (box_after boxes k s)) k s R.

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
  related (map (fun i => plus i (up_to (epsilon C))) b) h'.
Proof.
  intros B; revert h'; induction B as [|i x b h X B IH]; intros h' D; inversion D as [|y z l l' N D']; subst; constructor; auto.
  assert (L : (- real_of (epsilon C) <= y - x <= real_of (epsilon C))%R) by (revert N; unfold Rabs; destruct (Rcase_abs (y - x)); lra).
  replace y with (x + (y - x))%R by ring. apply plus_holds; auto.
  eapply hull_holds; [apply minus_holds; [apply zero_holds | apply point_holds] | apply point_holds | lra].
Qed.

Lemma image_seeing_related symbol symbol' b h h' values : related symbol symbol' -> length h = length (start_state net) ->
  Forall2 related values (values_of (N := reals) symbol' h (code (step net))) ->
  related b (gather (cut C) (values_of (N := reals) symbol' h (code (step net)))) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (last (values_of (N := reals) symbol' h (code (step net))) []) ->
  related (image_seeing prepare symbol values b) h'.
Proof.
  intros S L W B D. eapply widened_related; [|exact D]. apply related_last; auto. apply (run_related _ _ _ intervals_hold); auto.
  - now apply nothing_related.
  - intros k v H. apply (placed_right _ _ W (cut C) b _ (known_right _ _ W) B k v H).
Qed.

Lemma image_related s b h h' : length h = length (start_state net) -> related b (gather (cut C) (reals_at s h)) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  related (image prepare s (values_without_state prepare s) b) h'.
Proof.
  intros L B D. apply (image_seeing_related _ (symbol_of (N := reals) net s) b h h'); auto; [apply symbol_related|].
  apply values_related; [apply symbol_related | now apply nothing_related].
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

Lemma leads_correct y features o c :
  related y features -> leads y (contrast_of prepare (point (eta C)) o c) = true ->
  let logit_of c := (dot (N := reals) (weight_row net c) features + bias_of (N := reals) net c)%R in
  (real_of (eta C) <= logit_of o - logit_of c)%R.
Proof.
  intros Y H. unfold leads, contrast_of in H. cbn [prepare weight_rows biases] in H.
  assert (B : forall k, holds (nth k (map point (readout_bias net)) I.zero) (bias_of (N := reals) net k)).
  { intros k. change I.zero with (point (0, 0)%Z). rewrite map_nth. apply point_holds. }
  change (@nil I.type) with (map point []) in H. rewrite !map_nth in H.
  destruct (_ =? _) eqn:L in H; [apply Nat.eqb_eq in L | discriminate]. rewrite !length_map in L.
  assert (D := differences_related (nth o (readout_weight net) []) (nth c (readout_weight net) [])).
  pose proof (is_not_below_zero_correct _ _ (plus_holds _ _ _ _ (dot_related _ _ _ intervals_hold _ _ D _ _ Y)
    (minus_holds _ _ _ _ (minus_holds _ _ _ _ (B o) (B c)) (point_holds (eta C)))) H) as P.
  rewrite dot_of_difference in P by now rewrite !length_map.
  unfold weight_row. simpl in *. lra.
Qed.

Lemma all_lead_correct y features o : related y features -> all_lead (contrasts prepare o) y o = true ->
  let logit_of c := (dot (N := reals) (weight_row net c) features + bias_of (N := reals) net c)%R in
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (eta C) <= logit_of o - logit_of c)%R.
Proof.
  intros B H. unfold all_lead in H. apply andb_true_iff in H. destruct H as [O H]. apply Nat.ltb_lt in O. split; auto.
  intros c L N. assert (I : In c (filter (fun c => negb (c =? o)) (seq 0 classes))).
  { apply filter_In. split; [apply in_seq; lia|]. now apply negb_true_iff, Nat.eqb_neq. }
  unfold contrasts in H. rewrite forallb_forall in H.
  exact (leads_correct y features o c B (H _ (in_map _ _ _ I))).
Qed.

Lemma is_right_correct s R h o : related R h -> is_right prepare (contrasts prepare o) s R o = true ->
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (eta C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros B H. refine (all_lead_correct _ (answer_of (N := reals) net s h) o _ H).
  unfold answer_of, result_of. apply related_last; auto. apply values_related; auto. apply symbol_related.
Qed.

Lemma chosen_contrasts s R o : is_right prepare (nth o (all_contrasts prepare) []) s R o = true -> is_right prepare (contrasts prepare o) s R o = true.
Proof.
  unfold is_right, all_lead. intros H. destruct (o <? classes) eqn:O; [|discriminate]. apply Nat.ltb_lt in O. unfold all_contrasts in H.
  rewrite (nth_indep _ [] (contrasts prepare 0)) in H by now rewrite length_map, length_seq.
  now rewrite map_nth, seq_nth, Nat.add_0_l in H by exact O.
Qed.

(* The state h is where the node k says, after a word that brings the machine to the node's state. *)
Definition bounded_by (k : node) (w : list nat) (h : list R) : Prop :=
  length h = length (start_state net) /\ of_state k = after M w /\ forall s, related (box_of k) (gather (cut C) (reals_at s h)).

Lemma inside_for_all_symbols R h b : related R h -> all_inside (gather (cut C) (values_without_symbol prepare R)) b = true ->
  forall s, related b (gather (cut C) (reals_at s h)).
Proof.
  intros B H s. eapply all_inside_related; [|exact H]. apply gathered_related, values_related; auto. apply unknown_symbol_related.
Qed.

Lemma node_of k n b : nth_error all k = Some (n, b) -> nth_error (nodes C) k = Some n /\ b = box_of n.
Proof.
  unfold all. rewrite nth_error_map. destruct (nth_error (nodes C) k) as [m|] eqn:E; [|discriminate].
  intros H. inversion H; subst. auto.
Qed.

Section Checked.
Variable goes_on : node -> nat -> bool.
Hypothesis checked : check_steps goes_on = true.

Lemma begun : is_not_below_zero (point (epsilon C)) = true /\ is_above_zero (point (eta C)) = true /\ starts prepare (nth_error all (first C)) = true.
Proof. unfold check_steps, begins in checked. cbv zeta in checked. rewrite !andb_true_iff in checked. tauto. Qed.

Lemma links k s : In k (nodes C) -> s < symbols net -> goes_on k s = true -> follows (nodes C) k s = true.
Proof.
  intros K L G. unfold check_steps in checked. rewrite andb_true_iff in checked. destruct checked as [F _]. unfold linked in F.
  rewrite forallb_forall in F. specialize (F k K). rewrite forallb_forall in F. specialize (F s ltac:(apply in_seq; lia)). now rewrite G in F.
Qed.

Lemma closed k s : In k (nodes C) -> s < symbols net -> goes_on k s = true ->
  closes prepare (fun o => nth o (all_contrasts prepare) []) (box_after all k s) (k, box_of k) (with_values prepare s) = true.
Proof.
  intros K S G. unfold check_steps in checked. cbv zeta in checked. rewrite !andb_true_iff in checked. destruct checked as [_ [_ H]].
  destruct first_failure eqn:F; [discriminate|]. unfold first_failure in F. cbv zeta in F.
  pose proof (first_some_none _ _ F s ltac:(apply in_seq; lia)) as N. cbv beta in N. destruct (find _ _) eqn:E in N; [discriminate|].
  pose proof (find_none _ _ E (k, box_of k) (in_map (fun k => (k, box_of k)) _ _ K)) as T. cbv beta in T. cbn [fst] in T. rewrite G in T.
  now apply negb_false_iff.
Qed.

(* One step from a node that goes on under the symbol. *)
Lemma closing_step k w h s h' : In k (nodes C) -> s < symbols net -> goes_on k s = true -> bounded_by k w h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  (exists n, nth_error (nodes C) (nth s (following k) 0) = Some n /\ bounded_by n (w ++ [s]) h') /\
  right_by_eta net M (real_of (eta C)) w s h'.
Proof.
  intros K S G (L & Q & B) D. pose proof (closed k s K S G) as H. pose proof (links k s K S G) as F. unfold follows in F.
  unfold closes, ends_right in H. cbn [with_values fst snd] in H. pose proof (image_related s _ h h' L (B s) D) as R.
  set (image_ := image prepare s (values_without_state prepare s) (box_of k)) in *.
  unfold box_after in H. destruct (nth_error all _) as [[n b]|] eqn:E; [|simpl in H; rewrite andb_false_r in H; discriminate].
  cbn [option_map snd] in H.
  destruct (node_of _ _ _ E) as [N ->]. rewrite N in *.
  rewrite !andb_true_iff in H. destruct H as [[H1 H2] H3]. apply Nat.eqb_eq in F, H1. rewrite Q in *. split.
  - exists n. split; auto. split; [|split].
    + now rewrite <- (related_length _ _ _ R).
    + now rewrite after_snoc.
    + now apply inside_for_all_symbols with image_.
  - now apply (is_right_correct s image_), chosen_contrasts.
Qed.

Lemma starting_node : exists n, nth_error (nodes C) (first C) = Some n /\ bounded_by n [] (map real_of (start_state net)).
Proof.
  destruct begun as (_ & _ & H). unfold starts in H. destruct (nth_error all (first C)) as [[n b]|] eqn:E; [|discriminate].
  destruct (node_of _ _ _ E) as [N ->]. apply andb_true_iff in H. destruct H as [Q H]. apply Nat.eqb_eq in Q.
  exists n. split; auto. split; [apply length_map|]. split; auto. apply inside_for_all_symbols with (map point (start_state net)); auto.
  apply related_same_map, point_holds.
Qed.

Lemma eta_is_above_zero : (0 < real_of (eta C))%R.
Proof. now apply is_above_zero_correct with (1 := point_holds _), begun. Qed.

Lemma allows_errors_of_steps : (0 <= real_of (epsilon C))%R.
Proof. now apply is_not_below_zero_correct with (1 := point_holds _), begun. Qed.
End Checked.

Hypothesis checked : check = true.

(* After the word w the state h is where some node says. *)
Definition bounded_by_a_node (w : list nat) (h : list R) : Prop := exists k, In k (nodes C) /\ bounded_by k w h.

Lemma one_step_closes w h s h' : bounded_by_a_node w h -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C))%R h' (next_state net s h) ->
  bounded_by_a_node (w ++ [s]) h' /\ right_by_eta net M (real_of (eta C)) w s h'.
Proof.
  intros (k & K & B) S D. destruct (closing_step _ checked k w h s h' K S eq_refl B D) as ((n & E & N) & R).
  split; auto. exists n. split; auto. now apply nth_error_In with (1 := E).
Qed.

Lemma starts_in_a_node : bounded_by_a_node [] (map real_of (start_state net)).
Proof. destruct (starting_node _ checked) as (n & E & B). exists n. split; auto. now apply nth_error_In with (1 := E). Qed.

Theorem always_bounded w h : computes net (real_of (epsilon C)) w h -> bounded_by_a_node w h.
Proof. exact (always_kept net M _ _ _ starts_in_a_node one_step_closes w h). Qed.

(* For every word, of any length, and every computation with errors of up to epsilon: the logit of what the machine says is the largest, by eta. *)
Theorem sound w s h : computes net (real_of (epsilon C)) (w ++ [s]) h ->
  let o := said M (after M w) s in
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (eta C) <= logit net s h o - logit net s h c)%R.
Proof. exact (always_right net M _ _ _ starts_in_a_node one_step_closes w s h). Qed.

Theorem answers_as_the_machine w s h : computes net (real_of (epsilon C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. apply (always_answers net M _ _ _ starts_in_a_node one_step_closes). exact (eta_is_above_zero _ checked). Qed.

Theorem allows_errors : (0 <= real_of (epsilon C))%R.
Proof. exact (allows_errors_of_steps _ checked). Qed.
End Check.
End Regions.

(* The check of regions, over some kind of floats. *)
Module Type RegionsOf (F : FloatOps with Definition sensible_format := true).
Include Regions F.
End RegionsOf.
