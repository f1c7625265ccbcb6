(* The check of a proof about rounded states: it computes every step from every state that is visited. If it passes, the net answers as the
   machine does, on all words. *)

From Coq Require Import ZArith NArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Basic Float.Sig Interval.Interval Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction Regions Rounded Visits.
Import ListNotations.

(* All whole numbers from the first to the last, and all lists of such numbers. *)
Definition whole_numbers (ends : Z * Z) : list Z := map (fun i => fst ends + Z.of_nat i)%Z (seq 0 (Z.to_nat (snd ends - fst ends + 1))).
Fixpoint choices (rows : list (Z * Z)) : list (list Z) :=
  match rows with
  | [] => [[]]
  | ends :: rest => let others := choices rest in flat_map (fun k => map (cons k) others) (whole_numbers ends)
  end.
Definition counted (rows : list (Z * Z)) : Z := fold_right (fun ends n => (snd ends - fst ends + 1) * n)%Z 1%Z rows.

(* The most states that one step may lead to, as in the other checkers. *)
Definition alternatives : Z := 65536.

Lemma in_choices rows ks : Forall2 (fun ends k => fst ends <= k <= snd ends)%Z rows ks -> In ks (choices rows).
Proof.
  induction 1 as [|[low high] k rows ks B F IH]; simpl; auto. apply in_flat_map. exists k. split; [|now apply in_map].
  apply in_map_iff. exists (Z.to_nat (k - low)). simpl in *. split; [lia | apply in_seq; lia].
Qed.

Module RoundedRegions (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Local Open Scope nat_scope.

(* The end of an interval as a fraction. Nothing is proved of it, as what is made of it is checked. *)
Definition fraction_of (x : Basic.float I.F.radix) : Z * Z :=
  match x with
  | Basic.Float s m e =>
      let n := if s then Z.neg m else Z.pos m in
      if (e <? 0)%Z then (n, radix_val I.F.radix ^ (- e))%Z else (n * radix_val I.F.radix ^ e, 1)%Z
  | _ => (0, 1)%Z
  end.

(* The first and the last multiple that is nearest to a number of the interval. Nothing nearest lies beyond: that is checked. *)
Definition nearest_ends (m : nat) (i : I.type) : Z * Z :=
  let (n, d) := fraction_of (I.F.toF (I.lower i)) in
  let (n', d') := fraction_of (I.F.toF (I.upper i)) in
  let unit := (2 ^ Z.of_nat (S m))%Z in
  (- ((d - n * unit) / (2 * d)), (d' + n' * unit) / (2 * d'))%Z.
Definition borders_are_outside (m : nat) (i : I.type) (ends : Z * Z) : bool :=
  is_above_zero (minus i (point (multiple (S m) (2 * fst ends - 1)))) && is_above_zero (minus (point (multiple (S m) (2 * snd ends + 1))) i).

Definition all_nearest (m : nat) (b : box) : option (list (list Z)) :=
  if forallb I.bounded b then
    let rows := map (nearest_ends m) b in
    if forallb (fun p => borders_are_outside m (fst p) (snd p)) (combine b rows) && (counted rows <=? alternatives)%Z then Some (choices rows)
    else None
  else None.

Definition numbers_of (m : nat) (ks : list Z) : list R := map (fun k => real_of (multiple m k)) ks.

Lemma inside_borders m i ends x y : holds i x -> rounds_to m x y -> borders_are_outside m i ends = true ->
  exists k, y = real_of (multiple m k) /\ (fst ends <= k <= snd ends)%Z.
Proof.
  intros X (k & -> & N) B. exists k. split; auto. unfold borders_are_outside in B. apply andb_true_iff in B. destruct B as [B1 B2].
  pose proof (is_above_zero_correct _ _ (minus_holds _ _ _ _ X (point_holds _)) B1) as L.
  pose proof (is_above_zero_correct _ _ (minus_holds _ _ _ _ (point_holds _) X) B2) as U.
  assert (double : forall j, real_of (multiple (S m) j) = (IZR j * real_of (multiple (S m) 1))%R) by (intros; rewrite !multiple_value; lra).
  assert (K : real_of (multiple m k) = (2 * IZR k * real_of (multiple (S m) 1))%R) by (rewrite half_a_unit, !multiple_value; lra).
  rewrite K in N. rewrite double in L, U. rewrite minus_IZR, mult_IZR in L. rewrite plus_IZR, mult_IZR in U.
  assert (P : (0 < real_of (multiple (S m) 1))%R) by (rewrite multiple_value, Rmult_1_l; apply bpow_gt_0).
  set (half := real_of (multiple (S m) 1)) in *. apply Rcomplements.Rabs_le_between in N.
  split; [assert (IZR (fst ends) < IZR k + 1)%R as G by nra | assert (IZR k < IZR (snd ends) + 1)%R as G by nra];
    rewrite <- plus_IZR in G; apply lt_IZR in G; lia.
Qed.

Lemma all_nearest_correct m b x h l : related b x -> Forall2 (rounds_to m) x h -> all_nearest m b = Some l ->
  exists ks, In ks l /\ h = numbers_of m ks.
Proof.
  intros B N A. unfold all_nearest in A. destruct (forallb I.bounded b); [|discriminate].
  destruct (_ && _) eqn:E in A; [|discriminate]. apply andb_true_iff in E. destruct E as [E _]. inversion A. clear A H0 l.
  enough (G : exists ks, Forall2 (fun ends k => fst ends <= k <= snd ends)%Z (map (nearest_ends m) b) ks /\ h = numbers_of m ks).
  { destruct G as (ks & G & ->). exists ks. split; auto. now apply in_choices. }
  revert h N E. induction B as [|i y b x X B IH]; intros h N E; inversion N as [|z z' x' h' Nz N']; subst; simpl in E.
  - exists []. split; constructor.
  - apply andb_true_iff in E. destruct E as [E1 E]. destruct (IH _ N' E) as (ks & G & ->).
    destruct (inside_borders m i _ y z' X Nz E1) as (k & -> & K). exists (k :: ks). split; [now constructor | reflexivity].
Qed.

Section Check.
Variables (net : net) (M : machine) (C : rounded_certificate).
Notation m := (fraction_bits C).
Notation rule := (without_nodes C).

Definition points_of (ks : list Z) : box := map (fun k => point (multiple m k)) ks.

(* All states that follow from a state under a symbol; nothing where an answer there may be wrong. *)
Definition next_pairs (P : prepared) (K : nat -> list (option (box * I.type))) (q : nat) (b : box) (symbol : nat * list box) :
  option (list pair_of_states) :=
  let (s, values) := symbol in
  let o := said M q s in
  let contrasts_ := K o in
  let R := image net rule P s values b in
  if length R =? length (start_state net) then
    match all_nearest m R with
    | Some l => if forallb (fun ks => is_right net P contrasts_ s (points_of ks) o) l then Some (map (pair (next M q s)) l) else None
    | None => None
    end
  else None.

Fixpoint joined_pairs (parts : list (nat * list box)) (part : nat * list box -> option (list pair_of_states)) : option (list pair_of_states) :=
  match parts with
  | [] => Some []
  | symbol :: rest => match part symbol with
                      | Some l => match joined_pairs rest part with Some l' => Some (l ++ l') | None => None end
                      | None => None
                      end
  end.

(* All pairs that follow from a pair. *)
Definition follow (P : prepared) (K : nat -> list (option (box * I.type))) (symbols_ : list (nat * list box)) (p : pair_of_states) :
  option (list pair_of_states) :=
  let b := gather (cut rule) (values_without_symbol net P (points_of (snd p))) in
  joined_pairs symbols_ (next_pairs P K (fst p) b).

(* All pairs that are visited, if as many are as the proof says. *)
Definition explored : option visits :=
  let P := prepare net in
  let K := all_contrasts net rule P in
  let symbols_ := map (with_values net P) (seq 0 (symbols net)) in
  match all_nearest m (map point (start_state net)) with
  | Some l => search (follow P (fun o => nth o K []) symbols_) (N.to_nat (visited_states C)) (checked_steps C) (map (pair (start M)) l)
  | None => None
  end.

Definition check : bool :=
  is_not_below_zero (point (step_error C)) && is_above_zero (point (lead C)) && match explored with Some _ => true | None => false end.

(* Soundness. *)
Lemma points_related ks : related (points_of ks) (numbers_of m ks).
Proof. unfold points_of, numbers_of. apply related_same_map. intros k. apply point_holds. Qed.

Lemma joined_pairs_correct parts part l : joined_pairs parts part = Some l -> forall symbol, In symbol parts ->
  exists l', part symbol = Some l' /\ incl l' l.
Proof.
  revert l; induction parts as [|one parts IH]; intros l H symbol I; [destruct I|]. simpl in H.
  destruct (part one) as [a|] eqn:A; [|discriminate]. destruct (joined_pairs parts part) as [b|] eqn:B; [|discriminate].
  inversion H; subst. destruct I as [<-|I].
  - exists a. split; auto. intros x X. apply in_or_app. auto.
  - destruct (IH b eq_refl symbol I) as (l' & L & S). exists l'. split; auto. intros x X. apply in_or_app. auto.
Qed.

Section Explored.
Variable final : visits.
Hypothesis found : explored = Some final.

(* After the word w the state h is one that was visited, together with the machine's. *)
Definition is_visited (w : list nat) (h : list R) : Prop :=
  exists ks, visited final (after M w, ks) = true /\ h = numbers_of m ks /\ length ks = length (start_state net).

Lemma start_is_visited h : Forall2 (rounds_to m) (map real_of (start_state net)) h -> is_visited [] h.
Proof.
  intros H. unfold explored in found. cbv zeta in found. destruct (all_nearest m (map point (start_state net))) as [l|] eqn:A; [|discriminate].
  destruct (search_closes _ _ _ _ _ found) as [S _].
  destruct (all_nearest_correct _ _ (map real_of (start_state net)) h l (related_same_map _ _ _ _ _ point_holds (start_state net)) H A) as (ks & I & E).
  exists ks. split; [apply (S (start M, ks)), in_map_iff; eauto|]. split; auto.
  apply Forall2_length in H. rewrite E in H. unfold numbers_of in H. rewrite !length_map in H. auto.
Qed.

Lemma step_is_visited w h s x h' : is_visited w h -> s < symbols net ->
  Forall2 (fun x y => Rabs (x - y) <= real_of (step_error C))%R x (next_state net s h) -> Forall2 (rounds_to m) x h' ->
  is_visited (w ++ [s]) h' /\ right_by_eta net M (real_of (lead C)) w s h'.
Proof.
  intros (ks & V & -> & L) S D N. unfold explored in found. cbv zeta in found.
  destruct (all_nearest m (map point (start_state net))); [|discriminate].
  destruct (search_closes _ _ _ _ _ found) as [_ T]. destruct (T _ V) as (l' & Fo & Vi). unfold follow in Fo. cbn [fst snd] in Fo.
  assert (I : In (with_values net (prepare net) s) (map (with_values net (prepare net)) (seq 0 (symbols net)))) by (apply in_map, in_seq; lia).
  destruct (joined_pairs_correct _ _ _ Fo _ I) as (l2 & J & Sub). unfold with_values in J. cbn [next_pairs] in J.
  assert (B : related (gather (cut rule) (values_without_symbol net (prepare net) (points_of ks))) (gather (cut rule) (values_at net s (numbers_of m ks)))).
  { apply gathered_related, values_related; [apply unknown_symbol_related | apply points_related]. }
  assert (Ls : length (numbers_of m ks) = length (start_state net)) by (unfold numbers_of; rewrite length_map; auto).
  pose proof (image_related net rule s _ (numbers_of m ks) x Ls B D) as Im.
  set (image_ := image net rule (prepare net) s _ _) in *.
  destruct (length image_ =? length (start_state net)) eqn:E; [|discriminate]. apply Nat.eqb_eq in E.
  destruct (all_nearest m image_) as [ln|] eqn:A; [|discriminate].
  destruct (forallb _ ln) eqn:G; [|discriminate]. inversion J; subst l2. clear J.
  destruct (all_nearest_correct m image_ x h' ln Im N A) as (ks' & K & E').
  split.
  - exists ks'. rewrite after_snoc. split; [apply Vi, Sub, in_map_iff; eauto|]. split; auto.
    apply related_length in Im. apply Forall2_length in N. rewrite E' in N. unfold numbers_of in N. rewrite length_map in N. congruence.
  - rewrite forallb_forall in G. specialize (G ks' K). apply chosen_contrasts in G. subst h'.
    exact (is_right_correct net rule s (points_of ks') _ _ (points_related ks') G).
Qed.

Theorem always_visited w h : computes_rounded net m (real_of (step_error C)) w h -> is_visited w h.
Proof. induction 1 as [h S|w h s x h' H IH S D N]; [now apply start_is_visited | now apply (step_is_visited w h s x h')]. Qed.

Theorem always_right_rounded w s h : computes_rounded net m (real_of (step_error C)) (w ++ [s]) h ->
  right_by_eta net M (real_of (lead C)) w s h.
Proof.
  intros H. inversion H as [h' _ E|w' h0 s' x h' H' S D N E]; [destruct w; discriminate|].
  apply app_inj_tail in E. destruct E; subst. exact (proj2 (step_is_visited w h0 s x h (always_visited _ _ H') S D N)).
Qed.
End Explored.

Hypothesis checked : check = true.

Theorem something_explored : exists final, explored = Some final.
Proof. unfold check in checked. destruct explored; [eauto | rewrite andb_false_r in checked; discriminate]. Qed.

(* For every word, of any length, and every computation with errors of up to the certificate's before states are rounded: the net's answer
   is the machine's. *)
Theorem answers_as_the_machine w s h : computes_rounded net m (real_of (step_error C)) (w ++ [s]) h -> answers net s h (said M (after M w) s).
Proof.
  intros H. destruct something_explored as [final E]. destruct (always_right_rounded final E w s h H) as [O G]. split; auto.
  intros c L N. specialize (G c L N).
  assert (P : (0 < real_of (lead C))%R).
  { unfold check in checked. rewrite !andb_true_iff in checked. now apply is_above_zero_correct with (1 := point_holds _). }
  lra.
Qed.

Theorem allows_errors : (0 <= real_of (step_error C))%R.
Proof. unfold check in checked. rewrite !andb_true_iff in checked. now apply is_not_below_zero_correct with (1 := point_holds _). Qed.
End Check.
End RoundedRegions.

(* The check of rounded states, over some kind of floats. *)
Module Type RoundedRegionsOf (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Include RoundedRegions F R.
End RoundedRegionsOf.
