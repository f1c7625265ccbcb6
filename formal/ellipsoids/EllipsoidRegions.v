(* The rule of regions with ellipsoids: if a certificate passes the check, the net answers as the machine does, on all words. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction SomeWords Vectors Matrices Bends Forms Slices Ellipsoids.
Import ListNotations.

(* The same number, though perhaps written otherwise. *)
Definition same (a b : dyadic) : bool :=
  let e := Z.min (snd a) (snd b) in (fst a * 2 ^ (snd a - e) =? fst b * 2 ^ (snd b - e))%Z.

Lemma same_correct a b : same a b = true -> real_of a = real_of b.
Proof.
  unfold same. intros H. apply Z.eqb_eq in H. destruct a as [m e], b as [n f]. cbn [fst snd] in H.
  change (F2R (Float radix2 m e) = F2R (Float radix2 n f)).
  rewrite (F2R_change_exp radix2 (Z.min e f) m e), (F2R_change_exp radix2 (Z.min e f) n f) by lia.
  unfold Zpower in *. simpl radix_val in *. now rewrite H.
Qed.

Fixpoint all_same (a b : list dyadic) : bool :=
  match a, b with
  | [], [] => true
  | x :: a', y :: b' => same x y && all_same a' b'
  | _, _ => false
  end.

Lemma all_same_correct a : forall b, all_same a b = true -> map real_of a = map real_of b.
Proof.
  induction a as [|x a IH]; intros [|y b] H; simpl in *; try discriminate; auto. apply andb_true_iff in H.
  destruct H as [S H]. rewrite (same_correct _ _ S). f_equal. auto.
Qed.

Module EllipsoidRegions (F : FloatOps with Definition sensible_format := true).
Module Export El := Ellipsoids F.

Local Open Scope nat_scope.

Definition is_not_below_zero (i : I.type) : bool := match I.sign_large i with Xgt | Xeq => true | _ => false end.

Lemma is_not_below_zero_correct i x : holds i x -> is_not_below_zero i = true -> (0 <= x)%R.
Proof.
  intros X H. unfold is_not_below_zero in H. pose proof (I.sign_large_correct i) as S. destruct (I.sign_large i); try discriminate.
  - specialize (S (Xreal x) X). inversion S; subst; lra.
  - destruct (S (Xreal x) X) as [_ P]. exact P.
Qed.

(* All states of an ellipsoid, as forms. *)
Definition state_forms (A : area) : list form := map2 straight (place A) (rows A).

(* The states of an ellipsoid in a slice, and some beside it, as forms. *)
Definition sliced_row (s : slice) (c : I.type) (row : list I.type) : form :=
  match row with
  | [] => straight c []
  | a :: others => straight (plus c (times a (point (shifted_by s)))) (times a (point (along s)) :: map (times (point (across s))) others)
  end.
Definition sliced_forms (A : area) (s : slice) : list form := map2 (sliced_row s) (place A) (rows A).

(* An end of a slice lies in its ellipsoid. *)
Definition end_lies (s : slice) (t : dyadic) : bool :=
  let square := fun x => times x x in
  let p := point (along s) in
  let q := point (across s) in
  is_not_below_zero (minus (square (times p q)) (plus (square (times q (minus (point t) (point (shifted_by s)))))
                                                      (times (square p) (minus (integer 1) (square (point t)))))).

(* The slices go on from an end to 1. *)
Fixpoint go_on_from (low : dyadic) (l : list slice) : bool :=
  match l with
  | [] => same low (1, 0)%Z
  | s :: l' => is_above_zero (point (along s)) && is_not_below_zero (minus (point (across s)) (point (along s))) &&
               end_lies s low && end_lies s (end_of s) && go_on_from (end_of s) l'
  end.
Definition leave_none_out (l : list slice) : bool := (1 <=? length l) && go_on_from (-1, 0)%Z l.

Lemma end_lies_correct s t : end_lies s t = true ->
  (0 <= left_at (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (real_of t))%R.
Proof.
  unfold end_lies, left_at. intros H. revert H. apply is_not_below_zero_correct. 
  repeat first [apply minus_holds | apply plus_holds | apply times_holds | apply point_holds | apply (integer_holds 1)].
Qed.

Lemma one_is_one : real_of (1, 0)%Z = 1%R.
Proof. unfold real_of. simpl. lra. Qed.

(* A slice that a number lies in. *)
Definition lies_in (s : slice) (x : R) : Prop :=
  (0 < real_of (along s))%R /\ (0 < real_of (across s))%R /\
  (0 <= left_at (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) x)%R.

Lemma lies_in_first low s l x : go_on_from low (s :: l) = true -> (real_of low <= x <= real_of (end_of s))%R -> lies_in s x.
Proof.
  simpl. rewrite !andb_true_iff. intros [[[[P Q] A] B] _] X.
  apply (is_above_zero_correct _ _ (point_holds _)) in P.
  apply (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (point_holds _) (point_holds _))) in Q.
  repeat split; try lra. apply left_between with (real_of low) (real_of (end_of s)); auto using end_lies_correct. nra.
Qed.

Lemma some_slice l : forall low x, go_on_from low l = true -> (real_of low < x <= 1)%R -> exists s, In s l /\ lies_in s x.
Proof.
  induction l as [|s l IH]; intros low x H X.
  - simpl in H. apply same_correct in H. rewrite one_is_one in H. lra.
  - destruct (Rle_lt_dec x (real_of (end_of s))) as [E|E].
    + exists s. split; [now left|]. apply lies_in_first with low l; auto. lra.
    + simpl in H. apply andb_true_iff in H. destruct H as [_ H]. destruct (IH _ x H) as (s' & I & L); [lra|]. exists s'. split; auto. now right.
Qed.

Lemma none_left_out l x : leave_none_out l = true -> (-1 <= x <= 1)%R -> exists s, In s l /\ lies_in s x.
Proof.
  unfold leave_none_out. intros H X. apply andb_true_iff in H. destruct H as [N H]. destruct l as [|s l]; [discriminate|].
  assert (M : real_of (-1, 0)%Z = (-1)%R) by (unfold real_of; simpl; lra).
  destruct (Rle_lt_dec x (real_of (end_of s))) as [E|E].
  - exists s. split; [now left|]. apply lies_in_first with (-1, 0)%Z l; auto. lra.
  - simpl in H. apply andb_true_iff in H. destruct H as [_ H]. destruct (some_slice _ _ x H) as (s' & I & L); [lra|]. exists s'. split; auto. now right.
Qed.

Section Check.
Variables (net : net) (M : machine) (C : ellipsoid_certificate).

(* A node's states under a symbol, as forms with weights: as a whole, or slice by slice. *)
Definition pieces (k : ellipsoid_node * area) (s : nat) : list (list form * list dyadic) :=
  let own := nth s (shares (fst k)) [] in
  if (1 <? length own) && (length own =? length (slices C)) && leave_none_out (slices C)
  then map2 (fun piece weights => (sliced_forms (snd k) piece, weights)) (slices C) own
  else [(state_forms (snd k), hd [] own)].

Definition kind : numbers := forms (blocks C).
Definition classes := length (readout_weight net).
Definition widened (f : form) : form := added f (constant (hull (minus (integer 0) (point (noise C))) (point (noise C)))).

(* All states that a step may compute. *)
Definition image (step_code : list (instruction kind)) (symbol state : list form) : list form :=
  map widened (result_of (N := kind) symbol state step_code).

(* The logit of o is larger than that of c by the margin. *)
Definition is_larger (weights : list (list kind)) (biases : list kind) (y : list form) (o c : nat) : bool :=
  (length (nth o weights []) =? length (nth c weights [])) &&
  is_not_below_zero (range (subtracted (added (dot (N := kind) (map2 subtracted (nth o weights []) (nth c weights [])) y)
                                              (subtracted (nth o biases (zero (N := kind))) (nth c biases (zero (N := kind)))))
                                       (constant (point (margin C))))).
Definition is_right (weights : list (list kind)) (biases : list kind) (y : list form) (o : nat) : bool :=
  (o <? classes) && forallb (fun c => (c =? o) || is_larger weights biases y o c) (seq 0 classes).

Definition enters (areas : list (ellipsoid_node * area)) (k q : nat) (weights : list I.type) (value : list form) : bool :=
  match nth_error areas k with
  | Some (node, A) => (state_of node =? q) && included (blocks C) A weights value
  | None => false
  end.

(* The start state is the middle of the entry node's ellipsoid, or in it. *)
Definition starts (areas : list (ellipsoid_node * area)) : bool :=
  enters areas (entry_node C) (start M) (repeat (integer 1) (blocks C + 3)) (map (fun d => constant (point d)) (start_state net)) ||
  match nth_error areas (entry_node C) with
  | Some (node, _) => (state_of node =? start M) && all_same (start_state net) (middle_of (states node)) &&
                      (length (middle_of (states node)) =? length (shape (states node)))
  | None => false
  end.

(* A proof about some words only looks at the nodes and symbols at which it goes on. *)
Definition check_steps (goes_on : ellipsoid_node -> nat -> bool) : bool :=
  let areas := map (fun k => (k, area_of (states k))) (ellipsoid_nodes C) in
  let step_code := code (N := kind) (step net) in
  let answer_code := code (N := kind) (answer net) in
  let weights := map (map (exactly (n := kind))) (readout_weight net) in
  let biases := map (exactly (n := kind)) (readout_bias net) in
  let by_symbol := map (fun s => (s, symbol_of (N := kind) net s)) (seq 0 (symbols net)) in
  let closes (k : ellipsoid_node * area) (symbol : nat * list form) :=
    let q := state_of (fst k) in
    let s := fst symbol in
    if negb (goes_on (fst k) s) then true else
    forallb (fun piece =>
      let R := image step_code (snd symbol) (fst piece) in
      enters areas (nth s (followers (fst k)) 0) (next M q s) (map point (snd piece)) R &&
      is_right weights biases (result_of (N := kind) (snd symbol) R answer_code) (said M q s)) (pieces k s) in
  is_not_below_zero (point (noise C)) && is_above_zero (point (margin C)) && starts areas &&
  forallb (fun k => forallb (closes k) by_symbol) areas.
Definition everywhere (_ : ellipsoid_node) (_ : nat) : bool := true.
Definition check : bool := check_steps everywhere.

(* Soundness. *)
Definition in_node (k : ellipsoid_node) (h : list R) : Prop := in_ellipsoid (center_of (states k)) (shape_of (states k)) h.

Lemma state_stands k h : in_node k h -> exists u, (inner u u <= 1)%R /\ Forall2 (stands_for u) (state_forms (area_of (states k))) h.
Proof.
  intros (u & U & ->). exists u. split; auto. unfold state_forms, center_of, shape_of, area_of. cbn [place rows].
  generalize (shape (states k)) as L. induction (middle_of (states k)) as [|c l IH]; intros [|row L]; simpl; constructor; auto.
  apply straight_stands; [apply point_holds | apply related_same_map, point_holds].
Qed.

(* Rows of a state in a slice. *)
Lemma sliced_row_stands s c row x rest : lies_in s x ->
  stands_for (in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (x :: rest)) (sliced_row s (point c) (map point row))
    (real_of c + inner (map real_of row) (x :: rest)).
Proof.
  intros (P & Q & _). rewrite (same_in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) _ x rest) by lra.
  destruct row as [|a others].
  - cbn [map hd sliced_row row_in_slice]. rewrite Rmult_0_l, Rplus_0_l. apply straight_stands; [apply point_holds | constructor].
  - cbn [map hd sliced_row]. rewrite <- Rplus_assoc. apply straight_stands.
    + apply plus_holds; [apply point_holds | apply times_holds; apply point_holds].
    + constructor; [apply times_holds; apply point_holds|]. rewrite !map_map. apply related_same_map. intros d. apply times_holds; apply point_holds.
Qed.

Lemma in_a_slice k h : leave_none_out (slices C) = true -> in_node k h ->
  exists s u, In s (slices C) /\ (inner u u <= 1)%R /\ Forall2 (stands_for u) (sliced_forms (area_of (states k)) s) h.
Proof.
  intros L (u & U & ->).
  assert (E : exists x rest, (inner (x :: rest) (x :: rest) <= 1)%R /\ forall row, inner row u = inner row (x :: rest)).
  { destruct u as [|x rest]; [|eauto]. exists 0%R, []. split; [simpl; lra|]. intros [|a row]; simpl; auto. destruct row; simpl; ring. }
  destruct E as (x & rest & U' & E).
  assert (X : (-1 <= x <= 1)%R) by (simpl in U'; pose proof (inner_self rest); nra).
  destruct (none_left_out _ x L X) as (s & I & S). exists s.
  exists (in_slice (real_of (shifted_by s)) (real_of (along s)) (real_of (across s)) (x :: rest)). split; auto. split.
  - destruct S as (P & Q & S). now apply in_slice_is_short.
  - unfold sliced_forms, center_of, shape_of, area_of. cbn [place rows].
    generalize (shape (states k)) as rows_. induction (middle_of (states k)) as [|c l IH]; intros [|row rows_]; simpl; constructor; auto.
    rewrite E. now apply sliced_row_stands.
Qed.

Lemma in_combined {A B D : Type} (f : A -> B -> D) a : forall l m, length l = length m -> In a l -> exists b, In (f a b) (map2 f l m).
Proof.
  induction l as [|x l IH]; intros [|y m] L I; simpl in *; try discriminate; [contradiction|].
  destruct I as [->|I]; [eauto|]. destruct (IH m ltac:(lia) I) as (b & J). eauto.
Qed.

(* Each state of a node is in one of its pieces. *)
Lemma piece_stands k s h : in_node k h ->
  exists piece u, In piece (pieces (k, area_of (states k)) s) /\ (inner u u <= 1)%R /\ Forall2 (stands_for u) (fst piece) h.
Proof.
  intros N. unfold pieces. cbn [fst snd]. set (own := nth s (shares k) []).
  destruct ((1 <? length own) && (length own =? length (slices C)) && leave_none_out (slices C)) eqn:E.
  - rewrite !andb_true_iff in E. destruct E as [[_ L] H]. apply Nat.eqb_eq in L.
    destruct (in_a_slice k h H N) as (cut & u & I & U & S).
    destruct (in_combined (fun piece weights => (sliced_forms (area_of (states k)) piece, weights)) cut (slices C) own (eq_sym L) I) as (w & J).
    exists (sliced_forms (area_of (states k)) cut, w), u. repeat split; auto.
  - destruct (state_stands k h N) as (u & U & S). exists (state_forms (area_of (states k)), hd [] own), u. repeat split; simpl; auto.
Qed.

Section Step.
Variable u : vector.
Hypothesis short : (inner u u <= 1)%R.

Notation stand := (Forall2 (stands_for u)).

Let stands : @agreement kind reals (stands_for u) := forms_stand (blocks C) u short.

Lemma program_stands symbol symbol' state state' (c : list (instruction dyadic)) : stand symbol symbol' -> stand state state' ->
  stand (result_of (N := kind) symbol state (code c)) (result_of (N := reals) symbol' state' (code c)).
Proof.
  intros S T. unfold result_of. apply related_last; auto. apply (run_related _ _ _ stands); auto. intros k v H. destruct k; discriminate.
Qed.

Lemma symbol_stands s : stand (symbol_of (N := kind) net s) (symbol_of (N := reals) net s).
Proof. apply related_same_map. intros d. apply constant_stands, point_holds. Qed.

Lemma widened_stands (h h' : list R) (value : list form) : stand value h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' h -> stand (map widened value) h'.
Proof.
  intros B; revert h'; induction B as [|f x b h X B IH]; intros h' D; inversion D as [|y z l l' N D']; subst; constructor; auto.
  apply between_abs in N. replace y with (x + (y - x))%R by ring. apply added_stands; auto. apply constant_stands.
  eapply hull_holds; [apply minus_holds; [apply integer_holds | apply point_holds] | apply point_holds | lra].
Qed.

Lemma image_stands s state h h' : stand state h -> Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  stand (image (code (step net)) (symbol_of (N := kind) net s) state) h'.
Proof. intros S D. apply widened_stands with (next_state net s h); auto. apply program_stands; auto. apply symbol_stands. Qed.

Lemma dot_of_difference a b : length a = length b -> forall h : list R,
  dot (N := reals) (map2 Rminus a b) h = (dot (N := reals) a h - dot (N := reals) b h)%R.
Proof. intros L h. now rewrite !dot_is_inner, inner_less. Qed.

Lemma differences_stand (a b : list dyadic) :
  stand (map2 subtracted (map (exactly (n := kind)) a) (map (exactly (n := kind)) b)) (map2 Rminus (map real_of a) (map real_of b)).
Proof.
  revert b; induction a as [|x a IH]; intros [|y b]; simpl; constructor; auto. apply subtracted_stands; apply constant_stands, point_holds.
Qed.

Lemma nth_of_map {A B : Type} (f : A -> B) l k d d' : f d = d' -> nth k (map f l) d' = f (nth k l d).
Proof. intros <-. apply map_nth. Qed.

Lemma is_larger_correct s h y o c : stand y (answer_of (N := reals) net s h) ->
  is_larger (map (map (exactly (n := kind))) (readout_weight net)) (map (exactly (n := kind)) (readout_bias net)) y o c = true ->
  (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros Y H. unfold is_larger in H. apply andb_true_iff in H. destruct H as [L H]. apply Nat.eqb_eq in L.
  rewrite !(nth_of_map (map (exactly (n := kind))) _ _ []) in L, H by reflexivity.
  rewrite !(nth_of_map (exactly (n := kind)) _ _ (0, 0)%Z) in H by reflexivity. rewrite !length_map in L.
  eapply is_not_below_zero_correct in H.
  2: { apply (range_holds u short). apply subtracted_stands; [apply added_stands | apply constant_stands, point_holds].
    - apply (dot_related _ _ _ stands); [apply differences_stand | exact Y].
    - apply subtracted_stands; apply constant_stands, point_holds. }
  rewrite dot_of_difference in H by now rewrite !length_map. unfold logit, weight_row, bias_of. simpl in *. lra.
Qed.

Lemma is_right_correct s R h o : stand R h ->
  is_right (map (map (exactly (n := kind))) (readout_weight net)) (map (exactly (n := kind)) (readout_bias net))
    (result_of (N := kind) (symbol_of (N := kind) net s) R (code (answer net))) o = true ->
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof.
  intros B H. unfold is_right in H. apply andb_true_iff in H. destruct H as [O H]. apply Nat.ltb_lt in O. split; auto.
  intros c Hc N. rewrite forallb_forall in H. specialize (H c ltac:(apply in_seq; lia)).
  apply orb_true_iff in H. destruct H as [E|H]; [apply Nat.eqb_eq in E; congruence|].
  eapply is_larger_correct; eauto. apply program_stands; auto. apply symbol_stands.
Qed.
End Step.

Let areas := map (fun k => (k, area_of (states k))) (ellipsoid_nodes C).

(* After the word w the state h is in the node's ellipsoid, and the machine is in the node's state. *)
Definition bounded_by (k : ellipsoid_node) (w : list nat) (h : list R) : Prop := state_of k = after M w /\ in_node k h.

Lemma area_is_of_a_node k node A : nth_error areas k = Some (node, A) -> nth_error (ellipsoid_nodes C) k = Some node /\ A = area_of (states node).
Proof.
  unfold areas. rewrite nth_error_map. destruct (nth_error (ellipsoid_nodes C) k) as [n|]; [|discriminate]. intros H. inversion H; subst. auto.
Qed.

Lemma enters_correct k q weights ws value u h : enters areas k q weights value = true -> related weights ws -> (inner u u <= 1)%R ->
  Forall2 (stands_for u) value h -> exists n, nth_error (ellipsoid_nodes C) k = Some n /\ state_of n = q /\ in_node n h.
Proof.
  unfold enters. destruct (nth_error areas k) as [[node A]|] eqn:E; [|discriminate]. intros H W U S.
  destruct (area_is_of_a_node _ _ _ E) as [I ->]. apply andb_true_iff in H. destruct H as [Q H]. apply Nat.eqb_eq in Q.
  exists node. repeat split; auto. eapply included_correct; eauto.
Qed.

Section Checked.
Variable goes_on : ellipsoid_node -> nat -> bool.
Hypothesis checked : check_steps goes_on = true.

Lemma starting_node : exists n, nth_error (ellipsoid_nodes C) (entry_node C) = Some n /\ bounded_by n [] (map real_of (start_state net)).
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[_ H] _]. fold areas in H.
  unfold starts in H. apply orb_true_iff in H. destruct H as [H|H].
  - eapply (enters_correct _ _ _ (repeat 1%R (blocks C + 3)) _ [] (map real_of (start_state net))) in H; auto.
    + apply related_repeat, integer_holds.
    + simpl. lra.
    + apply related_same_map. intros d. apply constant_stands, point_holds.
  - destruct (nth_error areas (entry_node C)) as [[node A]|] eqn:E; [|discriminate].
    destruct (area_is_of_a_node _ _ _ E) as [I _]. rewrite !andb_true_iff in H. destruct H as [[Q H] L].
    apply Nat.eqb_eq in Q, L. exists node. repeat split; auto. exists []. split; [simpl; lra|].
    rewrite (all_same_correct _ _ H). unfold center_of, shape_of. clear - L. revert L.
    generalize (shape (states node)) as rows_. induction (middle_of (states node)) as [|c l IH]; intros [|row rows_] L; simpl in *; try discriminate; auto.
    rewrite inner_empty, Rplus_0_r. f_equal. apply IH. now injection L.
Qed.

(* One step from a node that goes on under the symbol. *)
Lemma closing_step k w h s h' : In k (ellipsoid_nodes C) -> s < symbols net -> goes_on k s = true -> bounded_by k w h ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  (exists n, nth_error (ellipsoid_nodes C) (nth s (followers k) 0) = Some n /\ bounded_by n (w ++ [s]) h') /\
  right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros K S G (Q & B) D. destruct (piece_stands k s h B) as (piece & u & P & U & T).
  pose proof (image_stands u U s _ h h' T D) as R.
  unfold check_steps in checked. rewrite !andb_true_iff, !forallb_forall in checked. destruct checked as [_ H].
  specialize (H (k, area_of (states k)) ltac:(apply in_map_iff; eauto)). rewrite forallb_forall in H.
  specialize (H (s, symbol_of (N := kind) net s) ltac:(apply in_map_iff; exists s; split; auto; apply in_seq; lia)).
  cbn [fst snd] in H. rewrite G in H. cbn [negb] in H. rewrite forallb_forall in H. specialize (H piece P). cbn [fst snd] in H.
  rewrite Q in H. apply andb_true_iff in H. destruct H as [H1 H2]. split.
  - unfold bounded_by. rewrite after_snoc. eapply enters_correct; eauto. apply related_same_map, point_holds.
  - exact (is_right_correct u U s _ h' _ R H2).
Qed.

Lemma margin_is_above_zero : (0 < real_of (margin C))%R.
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[[_ P] _] _].
  now apply is_above_zero_correct with (1 := point_holds _).
Qed.

Lemma allows_errors_of_steps : (0 <= real_of (noise C))%R.
Proof.
  unfold check_steps in checked. rewrite !andb_true_iff in checked. destruct checked as [[[P _] _] _].
  now apply is_not_below_zero_correct with (1 := point_holds _).
Qed.
End Checked.

(* After the word w the state h is in the ellipsoid of a node of the machine's state. *)
Definition bounded_by_a_node (w : list nat) (h : list R) : Prop := exists k, In k (ellipsoid_nodes C) /\ bounded_by k w h.

Section AllWords.
Hypothesis checked : check = true.

Lemma starts_in_a_node : bounded_by_a_node [] (map real_of (start_state net)).
Proof. destruct (starting_node everywhere checked) as (n & E & B). exists n. split; auto. now apply nth_error_In with (1 := E). Qed.

Lemma one_step_closes w h s h' : bounded_by_a_node w h -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  bounded_by_a_node (w ++ [s]) h' /\ right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros (k & K & B) S D. destruct (closing_step everywhere checked k w h s h' K S eq_refl B D) as ((n & E & N) & R).
  split; auto. exists n. split; auto. now apply nth_error_In with (1 := E).
Qed.

Theorem always_bounded w h : computes net (real_of (noise C)) w h -> bounded_by_a_node w h.
Proof. exact (always_kept net M _ _ _ starts_in_a_node one_step_closes w h). Qed.

(* For every word, of any length, and every computation with errors of up to the noise: the logit of what the machine says is the largest, by the margin. *)
Theorem sound w s h : computes net (real_of (noise C)) (w ++ [s]) h ->
  let o := said M (after M w) s in
  o < classes /\ forall c, c < classes -> c <> o -> (real_of (margin C) <= logit net s h o - logit net s h c)%R.
Proof. exact (always_right net M _ _ _ starts_in_a_node one_step_closes w s h). Qed.

Theorem answers_as_the_machine w s h : computes net (real_of (noise C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof. apply (always_answers net M _ _ _ starts_in_a_node one_step_closes). exact (margin_is_above_zero everywhere checked). Qed.

Theorem allows_errors : (0 <= real_of (noise C))%R.
Proof. exact (allows_errors_of_steps everywhere checked). Qed.
End AllWords.

(* Only some words: where a node has no next node, the proof says nothing of what comes after. *)
Definition goes_on (k : ellipsoid_node) (s : nat) : bool := nth s (followers k) (length (ellipsoid_nodes C)) <? length (ellipsoid_nodes C).
Definition check_some : bool := check_steps goes_on.

Section SomeWords.
Hypothesis checked : check_some = true.

Definition kept (w : list nat) (h : list R) : Prop :=
  speaks_of (bare C) w -> exists k, nth_error (ellipsoid_nodes C) (node_after (bare C) w) = Some k /\ bounded_by k w h.

Lemma followed_in_bare n s : followed (bare C) n s =
  match nth_error (ellipsoid_nodes C) n with
  | Some k => nth s (followers k) (length (ellipsoid_nodes C))
  | None => length (ellipsoid_nodes C)
  end.
Proof. unfold followed, bare. cbn [nodes]. rewrite nth_error_map, length_map. now destruct (nth_error (ellipsoid_nodes C) n). Qed.

Lemma kept_at_start : kept [] (map real_of (start_state net)).
Proof. intros _. exact (starting_node goes_on checked). Qed.

Lemma kept_by_a_step w h s h' : kept w h -> s < symbols net -> speaks_of (bare C) (w ++ [s]) ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (noise C))%R h' (next_state net s h) ->
  (exists k, nth_error (ellipsoid_nodes C) (node_after (bare C) (w ++ [s])) = Some k /\ bounded_by k (w ++ [s]) h') /\
  right_by_eta net M (real_of (margin C)) w s h'.
Proof.
  intros K S Sp D. destruct (K (speaks_of_beginnings _ _ _ Sp)) as (k & E & B). unfold speaks_of in Sp. rewrite node_after_snoc in *.
  rewrite followed_in_bare in *. rewrite E in *. unfold bare in Sp. cbn [nodes] in Sp. rewrite length_map in Sp.
  assert (G : goes_on k s = true) by now apply Nat.ltb_lt.
  destruct (closing_step goes_on checked k w h s h' (nth_error_In _ _ E) S G B D) as ((n & N & Bn) & R). split; auto.
  exists n. split; auto. rewrite <- N. f_equal. destruct (le_lt_dec (length (followers k)) s) as [L|L].
  - rewrite nth_overflow in Sp by exact L. lia.
  - now apply nth_indep.
Qed.

Theorem always_kept_so_far w h : computes net (real_of (noise C)) w h -> kept w h.
Proof.
  induction 1 as [|w h s h' H IH S D]; [exact kept_at_start|]. intros Sp. now apply (kept_by_a_step w h s h').
Qed.

(* Where the proof speaks of a word and its next symbol, the state is in a node that goes on. *)
Theorem bounded_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) w h ->
  exists k, In k (ellipsoid_nodes C) /\ goes_on k s = true /\ bounded_by k w h.
Proof.
  intros Sp H. destruct (always_kept_so_far w h H (speaks_of_beginnings _ _ _ Sp)) as (k & E & B). exists k.
  split; [now apply nth_error_In with (1 := E)|]. split; auto. unfold speaks_of in Sp. rewrite node_after_snoc, followed_in_bare, E in Sp.
  unfold bare in Sp. cbn [nodes] in Sp. rewrite length_map in Sp. now apply Nat.ltb_lt.
Qed.

Theorem right_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) (w ++ [s]) h ->
  right_by_eta net M (real_of (margin C)) w s h.
Proof.
  intros Sp H. inversion H as [E|w' h' s' h'' H' S D E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. exact (proj2 (kept_by_a_step w h' s h (always_kept_so_far w h' H') S Sp D)).
Qed.

Theorem answers_on_words w s h : speaks_of (bare C) (w ++ [s]) -> computes net (real_of (noise C)) (w ++ [s]) h ->
  answers net s h (said M (after M w) s).
Proof.
  intros Sp H. destruct (right_on_words w s h Sp H) as [O G]. split; auto. intros c L N. specialize (G c L N).
  pose proof (margin_is_above_zero goes_on checked). lra.
Qed.
End SomeWords.
End Check.
End EllipsoidRegions.
