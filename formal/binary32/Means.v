(* Bounds on the errors of means, of differences from a mean, and of products of two computed values, in binary32. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Quotients32 Storage Machine32
  Triples Errors Bounds.
Import ListNotations.

Local Open Scope R_scope.

Lemma real_zero : @zero reals = 0.
Proof. change (0 * bpow radix2 0 = 0). ring. Qed.

Notation total_of := (total (N := reals)).

Lemma total_append a b : total_of (a ++ b) = total_of a + total_of b.
Proof.
  induction a as [|x a IH]; cbn [total app]; [rewrite real_zero; symmetry; apply Rplus_0_l|].
  rewrite IH. cbn [apply2 reals real_binary]. symmetry. apply Rplus_assoc.
Qed.

Lemma total_of_squares l : total_of (map (fun x => x * x) l) = dot (N := reals) l l.
Proof. induction l as [|x l IH]; simpl; auto. now rewrite IH. Qed.

(* x - mean, as each_with_others gives it. *)
Lemma centered_values (l : list R) : l <> [] ->
  map (centered reals (length l)) (each_with_others [] l) = map (fun x => x - total_of l / INR (length l)) l.
Proof.
  intros N. assert (P : (1 <= length l)%nat) by (destruct l; simpl; [congruence | lia]).
  assert (Q : INR (length l) <> 0) by (apply not_0_INR; lia).
  enough (G : forall rest before, before ++ rest = l -> map (centered reals (length l)) (each_with_others before rest)
                = map (fun x => x - total_of l / INR (length l)) rest) by now apply G.
  induction rest as [|x rest IH]; intros before E; simpl; auto. f_equal; [|apply IH; now rewrite <- app_assoc].
  unfold centered. cbn [fst snd divided apply2 real_binary exactly reals]. rewrite total_append.
  assert (T : total_of l = total_of before + (x + total_of rest)) by (rewrite <- E, total_append; reflexivity).
  assert (C : real_of (Z.of_nat (length l - 1), 0%Z) = INR (length l) - 1).
  { unfold real_of. simpl. rewrite <- INR_IZR_INZ, minus_INR by exact P. simpl. ring. }
  rewrite C, T. field. exact Q.
Qed.

Module Means (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Module Export Bound := Bounds F R.
Open Scope R_scope.

Notation sums := (I.type * I.type * nat)%type.

Fixpoint sum_row (ms : list measure) : sums :=
  match ms with
  | [] => (zero_box, zero_box, 0%nat)
  | m :: rest => let '(M, D, n) := sum_row rest in (plus (size m) M, plus (snd m) D, Datatypes.S n)
  end.

Fixpoint dot_row (a b : list measure) : sums :=
  match a, b with
  | m :: a', k :: b' =>
      let '(M, D, n) := dot_row a' b' in
      (plus (times (size m) (size k)) M, plus (plus (times (snd m) (size k)) (times (size m) (snd k))) D, Datatypes.S n)
  | _, _ => (zero_box, zero_box, 0%nat)
  end.

Lemma nothing_pends : pends (zero_box, zero_box, 0%nat) (@zero reals) [].
Proof. exists 0, 0. rewrite real_zero. simpl. repeat split; try apply zero_holds. constructor; lra. Qed.

Lemma sum_row_correct ms xs ls : all3 measured ms xs ls -> forall ys, Forall2 makes ls ys -> pends (sum_row ms) (total_of xs) (map Number ys).
Proof.
  induction 1 as [|m x l ms xs ls M A IH]; intros ys Y; inversion Y as [|l' y ls' ys' My Y']; subst; [apply nothing_pends|].
  specialize (IH _ Y'). simpl. destruct (sum_row ms) as [[S D] n]. destruct IH as (s & d & HS & HD & Fit). simpl in HS, HD, Fit.
  destruct (measured_size _ _ _ M) as (sm & dm & Sm & Dm & _ & Lm & Wm). destruct (Wm y My) as [W _].
  exists (sm + s), (dm + d). simpl. split; [now apply plus_holds|]. split; [now apply plus_holds|].
  apply one_term; auto; [apply (within_itself _ _ _ W)|]. intros v V. apply (W v V).
Qed.

Lemma dot_row_correct a xs la : all3 measured a xs la -> forall b ys lb, all3 measured b ys lb ->
  forall vs ws, Forall2 makes la vs -> Forall2 makes lb ws -> pends (dot_row a b) (dot (N := reals) xs ys) (map2 Product vs ws).
Proof.
  induction 1 as [|m x l a xs la M A IH]; intros b ys lb B vs ws V W; inversion V as [|l' v la' vs' Mv V']; subst; [apply nothing_pends|].
  inversion B as [|k y l2 b' ys' lb' K B']; subst; inversion W as [|l3 w lb2 ws' Mw W']; subst; [apply nothing_pends|].
  specialize (IH _ _ _ B' _ _ V' W'). simpl. destruct (dot_row a b') as [[S D] n]. destruct IH as (s & d & HS & HD & Fit). simpl in HS, HD, Fit.
  destruct (measured_size _ _ _ M) as (sm & dm & Sm & Dm & _ & Lm & Wm), (measured_size _ _ _ K) as (sk & dk & Sk & Dk & _ & Lk & Wk).
  destruct (Wm v Mv) as [Wv _], (Wk w Mw) as [Ww Fw]. destruct (product_fits x dm sm v y dk sk w) as [P R]; auto.
  exists (sm * sk + s), ((dm * sk + sm * dk) + d). simpl. split; [apply plus_holds; auto; now apply times_holds|].
  split; [apply plus_holds; auto; apply plus_holds; now apply times_holds|]. apply one_term; auto. exact Logic.I.
Qed.

(* A sum, divided by a count. *)
Definition divided_error (q : sums) (n : nat) : option I.type :=
  bind (measure_row I.nai (pending_row q)) (fun m =>
    let s := plus (fst (fst q)) (snd m) in
    let part := inverse (integer (Z.of_nat n)) in
    if (0 <? n)%nat && (Z.of_nat n <=? 8388608)%Z && is_small s
    then Some (plus (plus (times (snd m) part) (times (times (integer 6) u_box) (times s part))) tau_box) else None).

Lemma divided_error_correct q n D x l t y : divided_error q n = Some D -> pends q x l -> makes l t -> divides32 n t y ->
  exists d, holds D d /\ within d (x / INR n) y.
Proof.
  intros H P Mt Dv. unfold divided_error in H. apply bind_some in H. destruct H as (m & E & H). cbv zeta in H.
  destruct (_ && _) eqn:C; [|discriminate]. apply some_is in H. subst D. rewrite !andb_true_iff in C. destruct C as [[C1 C2] C3].
  apply Nat.ltb_lt in C1. apply Z.leb_le, IZR_le in C2. rewrite <- INR_IZR_INZ in C2.
  pose proof P as (s & d0 & HS & _ & Fit). destruct (fits_positive _ _ _ _ _ Fit) as (_ & _ & Lx).
  destruct (measure_row_correct I.nai (pending_row q) m x l (nothing_known _) P E) as (_ & d & HD & Pd & W). specialize (W t Mt).
  assert (Hs : holds (plus (fst (fst q)) (snd m)) (s + d)) by now apply plus_holds.
  apply (is_small_correct _ _ Hs) in C3. pose proof small_is_below_overflow. assert (1 <= bpow radix2 100) by (simpl; lra).
  assert (Hp : holds (inverse (integer (Z.of_nat n))) (/ INR n)) by apply inverse_holds, count_holds.
  exists (d * / INR n + 6 * u * ((s + d) * / INR n) + tau). split.
  - apply plus_holds; [|apply power_holds]. apply plus_holds; [now apply times_holds|].
    apply times_holds; [apply times_holds; [apply integer_holds | apply power_holds] | now apply times_holds].
  - apply divided_rule with t; auto; [|lra]. destruct (within_itself _ _ _ W) as [_ B]. pose proof (Rabs_triang (t - x) x).
    replace (t - x + x) with t in * by ring. lra.
Qed.

Definition mean_error (ms : list measure) : option I.type := divided_error (sum_row ms) (length ms).
Definition mean_square_error (ms : list measure) : option I.type := divided_error (dot_row ms ms) (length ms).

Lemma lengths ms xs ls ys : all3 measured ms xs ls -> Forall2 makes ls ys -> length ys = length xs /\ length ms = length xs.
Proof. intros A F2. destruct (all3_length _ _ _ A) as [L1 L2]. apply Forall2_length in F2. lia. Qed.

Lemma mean_error_correct ms xs ls D y : all3 measured ms xs ls -> mean_error ms = Some D -> mean32 ls y ->
  exists d, holds D d /\ within d (mean (N := reals) xs) y.
Proof.
  intros A H (ys & t & Y & T & Dv). destruct (lengths _ _ _ _ A Y) as [L1 L2]. unfold mean_error in H. rewrite L2 in H. rewrite L1 in Dv.
  exact (divided_error_correct _ _ _ _ _ _ _ H (sum_row_correct _ _ _ A _ Y) T Dv).
Qed.

Lemma mean_square_error_correct ms xs ls D y : all3 measured ms xs ls -> mean_square_error ms = Some D -> mean_square32 ls y ->
  exists d, holds D d /\ within d (mean_square (N := reals) xs) y.
Proof.
  intros A H (ys & zs & t & Y & Z & T & Dv). destruct (lengths _ _ _ _ A Y) as [L1 L2]. unfold mean_square_error in H. rewrite L2 in H. rewrite L1 in Dv.
  assert (E : mean_square (N := reals) xs = dot (N := reals) xs xs / INR (length xs)).
  { unfold mean_square. cbn [divided reals]. rewrite <- total_of_squares. reflexivity. }
  rewrite E. exact (divided_error_correct _ _ _ _ _ _ _ H (dot_row_correct _ _ _ A _ _ _ A _ _ Y Z) T Dv).
Qed.

(* center: a row and its distance from the mean, still to be subtracted. *)
Definition range_of_mean (ms : list measure) : I.type := mean (N := intervals) (map fst ms).
Definition centered_row (ms : list measure) (D : I.type) (m : measure) : row :=
  Pending (plus (I.abs (fst m)) (I.abs (range_of_mean ms))) (plus (snd m) D) 2.

Lemma range_of_mean_holds ms xs ls : all3 measured ms xs ls -> holds (range_of_mean ms) (mean (N := reals) xs).
Proof.
  intros A. assert (B : Forall2 holds (map fst ms) xs) by (induction A as [|m x l ms xs ls [X _] A IH]; simpl; constructor; auto).
  pose proof (eq_sym (Forall2_length B)) as L.
  refine (eq_ind _ (fun n => holds (@divided intervals (total (N := intervals) (map fst ms)) n) (mean (N := reals) xs)) _ _ L).
  apply over_holds; [|apply count_holds]. now apply (total_related _ _ _ intervals_hold).
Qed.

Lemma centered_row_correct ms xs ls D m x l l' : all3 measured ms xs ls -> mean_error ms = Some D -> measured m x l -> center_row ls l l' ->
  row_fits (centered_row ms D m) (x - mean (N := reals) xs) l'.
Proof.
  intros A H M (y & mu & My & Mm & ->). destruct (mean_error_correct _ _ _ _ _ A H Mm) as (d & HD & W). apply opposite_rule in W.
  destruct M as (X & e & He & _ & We). specialize (We y My). pose proof (range_of_mean_holds _ _ _ A) as R.
  exists (Rabs x + Rabs (mean (N := reals) xs)), (e + d). split; [apply plus_holds; now apply absolute_holds|]. split; [now apply plus_holds|].
  apply (fits_both [Number y] x (Rabs x) e 1) with (b := [Number (- mu)]).
  - apply fits_alone; [apply (within_itself _ _ _ We) | lra|]. intros v V. apply (We v V).
  - apply fits_alone; [apply (within_itself _ _ _ W) | rewrite Rabs_Ropp; lra|]. intros v V. apply (W v V).
Qed.
End Means.
