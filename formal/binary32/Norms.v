(* Bounds on the errors of x / sqrt (mean square + epsilon) in binary32. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Quotients32 Normalize32
  Storage Machine32 Triples Errors Bounds Means.
Import ListNotations.
Local Open Scope R_scope.

Definition unit_value (xs : list R) (e : R) (x : R) : R := x * / sqrt (mean_square (N := reals) xs + e).

(* x / sqrt (mean square + epsilon), as each_with_others gives it. *)
Lemma normalized_values (l : list R) (e : R) :
  map (scaled_to_unit reals e (length l)) (each_with_others [] l) = map (unit_value l e) l.
Proof.
  enough (G : forall rest before, before ++ rest = l -> map (scaled_to_unit reals e (length l)) (each_with_others before rest)
                = map (unit_value l e) rest) by now apply G.
  induction rest as [|x rest IH]; intros before E; simpl; auto. f_equal; [|apply IH; now rewrite <- app_assoc].
  assert (T : total_of (map (fun x => x * x) l) = x * x + total_of (map (fun x => x * x) (before ++ rest))).
  { rewrite <- E, !map_app, !total_append. assert (swap : forall p q r : R, p + (q + r) = q + (p + r)) by (intros; ring). apply swap. }
  assert (M : mean_square (N := reals) l = total_of (map (fun x => x * x) l) / INR (length l)) by reflexivity.
  unfold unit_value. rewrite M, T. reflexivity.
Qed.

Module Norms (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Module Export Mean := Means F R.
Open Scope R_scope.

Definition range_of_mean_square (ms : list measure) : I.type := mean_square (N := intervals) (map fst ms).

Lemma range_of_mean_square_holds ms xs ls : all3 measured ms xs ls -> holds (range_of_mean_square ms) (mean_square (N := reals) xs).
Proof.
  intros A. assert (B : Forall2 holds (map fst ms) xs) by (induction A as [|m x l ms xs ls [X _] A IH]; simpl; constructor; auto).
  pose proof (eq_sym (Forall2_length B)) as L.
  refine (eq_ind _ (fun n => holds (@divided intervals (total (N := intervals) (map (@apply1 intervals Square) (map fst ms))) n) (mean_square (N := reals) xs)) _ _ L).
  apply over_holds; [|apply count_holds]. apply (total_related _ _ _ intervals_hold). now apply (squares_related _ _ _ intervals_hold).
Qed.

(* The exact mean square + epsilon, and a bound on the machine's error of it. *)
Definition squared_error (ms : list measure) (e : dyadic) : option (I.type * I.type) :=
  bind (mean_square_error ms) (fun D => bind (slack_of Float32 e) (fun W =>
    let V := plus (range_of_mean_square ms) (point e) in
    let reach := plus (plus (I.abs V) D) W in
    let d := plus (plus (plus D W) (times u_box reach)) tau_box in
    if is_above_zero V && is_not_below_zero (minus V (times (integer 4) d)) && is_small reach then Some (V, d) else None)).

Definition normalized_row (q : I.type * I.type) (own : I.type) (m : measure) : option row :=
  let s := inverse (root (fst q)) in
  let rho := plus (over (snd q) (fst q)) (point (1, -19)%Z) in
  let grown := plus (plus (times (snd m) (times s (plus (integer 1) rho))) (times (I.abs own) rho)) (times (size m) tau_box) in
  if is_small (times (size m) (plus (times (integer 3) s) (integer 1)))
  then Some (Made (plus (plus grown (times (point (1, -22)%Z) (plus (I.abs own) grown))) tau_box)) else None.

Lemma squared_error_correct ms xs ls e q m e' w : all3 measured ms xs ls -> squared_error ms e = Some q ->
  mean_square32 ls m -> weight32 Float32 e e' -> rounds (m + e') w ->
  let v := mean_square (N := reals) xs + real_of e in
  exists d, holds (fst q) v /\ holds (snd q) d /\ 0 < v /\ 4 * d <= v /\ Rabs (w - v) <= d.
Proof.
  intros A H Mm We Rw v. unfold squared_error in H. apply bind_some in H. destruct H as (D & HD & H). apply bind_some in H. destruct H as (W & HW & H).
  cbv zeta in H. destruct (_ && _) eqn:C; [|discriminate]. apply some_is in H. subst q. rewrite !andb_true_iff in C. destruct C as [[C1 C2] C3].
  destruct (mean_square_error_correct _ _ _ _ _ A HD Mm) as (dm & Dm & Wm). destruct (weight_correct _ _ _ _ HW We) as (de & De & _ & Wde).
  assert (V : holds (plus (range_of_mean_square ms) (point e)) v) by (apply plus_holds; [now apply range_of_mean_square_holds with ls | apply point_holds]).
  assert (S : holds (plus (plus (I.abs (plus (range_of_mean_square ms) (point e))) D) W) (Rabs v + dm + de)).
  { apply plus_holds; auto. apply plus_holds; auto. now apply absolute_holds. }
  assert (Hd : holds (plus (plus (plus D W) (times u_box (plus (plus (I.abs (plus (range_of_mean_square ms) (point e))) D) W))) tau_box)
                 (dm + de + u * (Rabs v + dm + de) + tau)).
  { apply plus_holds; [|apply power_holds]. apply plus_holds; [now apply plus_holds|]. apply times_holds; auto. apply power_holds. }
  exists (dm + de + u * (Rabs v + dm + de) + tau). split; [exact V|]. split; [exact Hd|]. split; [exact (is_above_zero_correct _ _ V C1)|]. split.
  - pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ V (times_holds _ _ _ _ (integer_holds 4) Hd)) C2). lra.
  - apply added_epsilon with m e'; auto. apply (is_small_correct _ _ S) in C3. pose proof small_is_below_overflow. pose proof (bpow_gt_0 radix2 100).
    fold v. lra.
Qed.

Lemma normalized_row_correct ms xs ls e q own m r x l l' : all3 measured ms xs ls -> squared_error ms e = Some q ->
  holds own (unit_value xs (real_of e) x) -> measured m x l -> normalize_row e ls l l' -> normalized_row q own m = Some r ->
  row_fits r (unit_value xs (real_of e) x) l'.
Proof.
  intros A Q Own M (y & t & e' & w & z & My & Mt & We & Rw & Sc & ->) H.
  destruct (squared_error_correct _ _ _ _ _ _ _ _ A Q Mt We Rw) as (d & V & Hd & Pv & Dv & B). set (v := mean_square (N := reals) xs + real_of e) in *.
  destruct M as (X & da & Da & Pa & Wa). specialize (Wa y My).
  unfold normalized_row in H. cbv zeta in H. destruct (is_small _) eqn:C; [|discriminate]. apply some_is in H. subst r.
  assert (S : holds (inverse (root (fst q))) (/ sqrt v)) by now apply inverse_holds, root_holds.
  assert (Rho : holds (plus (over (snd q) (fst q)) (point (1, -19)%Z)) (d / v + bpow radix2 (-19))) by (apply plus_holds; [now apply over_holds | apply power_holds]).
  assert (Sz : holds (size m) (Rabs x + da)) by (apply plus_holds; auto; now apply absolute_holds).
  assert (Ho : holds (I.abs own) (Rabs (x * / sqrt v))) by now apply absolute_holds.
  assert (G : holds (plus (plus (times (snd m) (times (inverse (root (fst q))) (plus (integer 1) (plus (over (snd q) (fst q)) (point (1, -19)%Z)))))
                                (times (I.abs own) (plus (over (snd q) (fst q)) (point (1, -19)%Z)))) (times (size m) tau_box))
                (da * (/ sqrt v * (1 + (d / v + bpow radix2 (-19)))) + Rabs (x * / sqrt v) * (d / v + bpow radix2 (-19)) + (Rabs x + da) * tau)).
  { apply plus_holds; [apply plus_holds|]; apply times_holds; auto; [|apply power_holds]. apply times_holds; auto. apply plus_holds; auto. apply integer_holds. }
  assert (O : holds (times (size m) (plus (times (integer 3) (inverse (root (fst q)))) (integer 1))) ((Rabs x + da) * (3 * / sqrt v + 1))).
  { apply times_holds; auto. apply plus_holds; [apply times_holds; auto|]; apply integer_holds. }
  apply (is_small_correct _ _ O) in C. pose proof small_is_below_overflow. pose proof (bpow_gt_0 radix2 100).
  eexists _, z. split; [|split; [reflexivity|]].
  - apply plus_holds; [|apply power_holds]. apply plus_holds; [exact G|]. apply times_holds; [apply power_holds|]. apply plus_holds; [exact Ho | exact G].
  - apply (scales_rule da x y d v w z); auto. lra.
Qed.
End Norms.
