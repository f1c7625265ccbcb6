(* Bounds on the rounding errors of a step program in binary32, computed over intervals: one rule an operation, as docs/reference/certificate.md has them. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Storage Machine32 Lerp32 Triples.
Import ListNotations.
Local Open Scope R_scope.

(* What is known of a row: a bound on the error of a number; or, for terms that are still to be summed, bounds on the sum of the exact terms'
   magnitudes and on the sum of the terms' errors, and how many terms there are. *)
Inductive row (A : Type) := Made (slack : A) | Pending (size slack : A) (terms : nat).
Arguments Made {A} slack.
Arguments Pending {A} size slack terms.

Module Errors (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Local Open Scope R_scope.

Notation row := (row I.type).

Definition zero_box : I.type := I.zero.
Definition tau_box : I.type := point (1, -126)%Z.
Definition u_box : I.type := point (1, -24)%Z.
Definition function_error : I.type := point (1, -20)%Z.

Lemma zero_holds : holds zero_box 0.
Proof. unfold holds, zero_box. rewrite I.zero_correct. simpl. lra. Qed.

Lemma only_zero x : holds zero_box x -> x = 0.
Proof. unfold holds, zero_box. rewrite I.zero_correct. simpl. lra. Qed.

Lemma power_holds e : holds (point (1, e)%Z) (bpow radix2 e).
Proof. replace (bpow radix2 e) with (real_of (1, e)%Z) by (unfold real_of; simpl; ring). apply point_holds. Qed.

(* Less than 2^100: no binary32 number overflows. *)
Definition is_small (i : I.type) : bool := is_above_zero (minus (point (1, 100)%Z) i).

Lemma is_small_correct i x : holds i x -> is_small i = true -> x < bpow radix2 100.
Proof.
  intros X H. pose proof (is_above_zero_correct _ _ (minus_holds _ _ _ _ (power_holds 100) X) H). lra.
Qed.

Lemma small_is_below_overflow : 8 * bpow radix2 100 < overflow.
Proof. unfold overflow. simpl. lra. Qed.

(* A range that holds the exact number, and a bound on the error. Together they bound the number that the machine has. *)
Notation measure := (I.type * I.type)%type.
Definition size (m : measure) : I.type := plus (I.abs (fst m)) (snd m).

Definition measured (m : measure) (x : R) (l : list term) : Prop :=
  holds (fst m) x /\ exists d, holds (snd m) d /\ 0 <= d /\ forall y, makes l y -> within d x y.

Definition row_fits (r : row) (x : R) (l : list term) : Prop :=
  match r with
  | Made D => exists d y, holds D d /\ l = number_row y /\ within d x y
  | Pending M D n => exists s d, holds M s /\ holds D d /\ fits l x s d n
  end.

Lemma measured_size m x l : measured m x l -> exists s d, holds (size m) s /\ holds (snd m) d /\ 0 <= d /\ Rabs x <= s /\
  forall y, makes l y -> within d x y /\ forall z, flushes y z -> Rabs z <= s.
Proof.
  intros (X & d & D & P & W). exists (Rabs x + d), d. split; [apply plus_holds; auto; now apply absolute_holds|]. split; auto. split; auto.
  split; [lra|]. intros y M. split; auto. intros z Z. destruct (W y M z Z) as [_ E]. pose proof (Rabs_triang (z - x) x).
  replace (z - x + x) with z in * by ring. lra.
Qed.

(* Sums are made. *)
Definition gamma_box (n : nat) : I.type := over (integer (Z.of_nat n)) (integer (16777216 - Z.of_nat n)).
Definition error_of_sum (S D : I.type) (n : nat) : I.type :=
  let D' := plus D (times (integer (2 * Z.of_nat n)) tau_box) in plus D' (times (gamma_box n) (plus S D')).

Lemma gamma_holds n : (Z.of_nat n < 8388608)%Z -> holds (gamma_box n) (gamma n) /\ INR n * u < 1.
Proof.
  intros L. apply IZR_lt in L. rewrite <- INR_IZR_INZ in L. pose proof (pos_INR n). rewrite u_value. split; [|lra].
  replace (gamma n) with (INR n / (16777216 - INR n)) by (unfold gamma; rewrite u_value; field; lra).
  apply over_holds; [apply count_holds|]. rewrite INR_IZR_INZ, <- minus_IZR. apply integer_holds.
Qed.

Lemma error_of_sum_holds S D n s d : holds S s -> holds D d -> (Z.of_nat n < 8388608)%Z -> holds (error_of_sum S D n) (sum_error s d n).
Proof.
  intros HS HD L. assert (H : holds (plus D (times (integer (2 * Z.of_nat n)) tau_box)) (d + 2 * INR n * tau)).
  { apply plus_holds; auto. apply times_holds; [|apply power_holds]. rewrite INR_IZR_INZ, <- mult_IZR. apply integer_holds. }
  unfold error_of_sum, sum_error. cbv zeta. apply plus_holds; auto. apply times_holds; [now apply gamma_holds|]. now apply plus_holds.
Qed.

Definition measure_row (range : I.type) (r : row) : option measure :=
  match r with
  | Made D => Some (range, D)
  | Pending M D n =>
      let e := error_of_sum M D n in
      if (Z.of_nat n <? 8388608)%Z && is_small (plus M e) then Some (range, e) else None
  end.

Lemma measure_row_correct range r m x l : holds range x -> row_fits r x l -> measure_row range r = Some m -> measured m x l.
Proof.
  intros X Fit H. destruct r as [D|M D n]; simpl in *.
  - inversion H; subst. destruct Fit as (d & y & HD & -> & W). split; auto. exists d. split; auto. split; [now apply within_positive with x y|].
    intros z Z v V. apply W. now apply flushes_twice with z.
  - destruct Fit as (s & d & HS & HD & Fit). destruct (_ && _) eqn:C; inversion H; subst. apply andb_true_iff in C. destruct C as [C1 C2].
    apply Z.ltb_lt in C1. pose proof (error_of_sum_holds M D n s d HS HD C1) as E. split; auto. exists (sum_error s d n). split; auto.
    destruct (gamma_holds n C1) as [_ G]. destruct (fits_positive _ _ _ _ _ Fit) as (PS & PD & _). split.
    + unfold sum_error. pose proof tau_positive. pose proof (pos_INR n).
      assert (0 <= gamma n) by (unfold gamma; apply Rmult_le_pos; [pose proof u_positive; nra | left; apply Rinv_0_lt_compat; lra]).
      assert (0 <= 2 * INR n * tau) by nra. assert (0 <= gamma n * (s + (d + 2 * INR n * tau))) by (apply Rmult_le_pos; lra). lra.
    + intros y Mk. apply made with l; auto. pose proof (is_small_correct _ _ (plus_holds _ _ _ _ HS E) C2). pose proof small_is_below_overflow.
      pose proof (bpow_gt_0 radix2 100). lra.
Qed.

(* A product whose factors are known up to errors. *)
Lemma product_fits a da sa A b db sb B : within da a A -> Rabs a <= sa -> within db b B -> (forall z, flushes B z -> Rabs z <= sb) -> Rabs b <= sb ->
  Rabs (a * b) <= sa * sb /\ forall v, reads (Product A B) v -> Rabs (v - a * b) <= da * sb + sa * db.
Proof.
  intros WA SA WB SB Sb. split; [rewrite Rabs_mult; apply Rmult_le_compat; auto using Rabs_pos|].
  intros v (A' & B' & FA & FB & ->). destruct (WA A' FA) as [_ EA], (WB B' FB) as [_ EB].
  replace (A' * B' - a * b) with ((A' - a) * B' + a * (B' - b)) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult.
  apply Rplus_le_compat; apply Rmult_le_compat; auto using Rabs_pos.
Qed.

Lemma fits_alone t e s d : proper t -> Rabs e <= s -> (forall v, reads t v -> Rabs (v - e) <= d) -> fits [t] e s d 1.
Proof.
  intros. replace e with (e + 0) by ring. replace s with (s + 0) by ring. replace d with (d + 0) by ring.
  apply one_term; auto. constructor; lra.
Qed.

Definition product_row (a b : measure) : row :=
  Pending (times (size a) (size b)) (plus (times (snd a) (size b)) (times (size a) (snd b))) 1.

Lemma product_row_correct a b x y l m A B : measured a x l -> measured b y m -> makes l A -> makes m B ->
  row_fits (product_row a b) (x * y) [Product A B].
Proof.
  intros MA MB HA HB. destruct (measured_size _ _ _ MA) as (sa & da & Sa & Da & Pa & La & Wa).
  destruct (measured_size _ _ _ MB) as (sb & db & Sb & Db & Pb & Lb & Wb). destruct (Wa A HA) as [WA _], (Wb B HB) as [WB FB].
  exists (sa * sb), (da * sb + sa * db). split; [now apply times_holds|]. split; [apply plus_holds; now apply times_holds|].
  destruct (product_fits x da sa A y db sb B); auto. now apply fits_alone.
Qed.

(* Weights: exact ones, of normal size or 0, are as they are. *)
Fixpoint halved (fuel : nat) (m e : Z) : Z * Z :=
  match fuel with
  | 0%nat => (m, e)
  | S fuel' => if Z.even m then halved fuel' (Z.div2 m) (e + 1) else (m, e)
  end.

Lemma halved_correct fuel : forall m e, real_of (halved fuel m e) = real_of (m, e).
Proof.
  induction fuel as [|fuel IH]; intros m e; simpl; auto. destruct (Z.even m) eqn:E; auto. rewrite IH. unfold real_of. simpl fst. simpl snd.
  rewrite bpow_plus. change (bpow radix2 1) with 2. rewrite (Zdiv2_div m), (Z.even_spec m) in *. destruct E as [k ->].
  rewrite Z.mul_comm, Z_div_mult, mult_IZR by reflexivity. ring.
Qed.

(* 2^top <= |w| < 2^(top + 1) *)
Definition top (m e : Z) : Z := Z.log2 (Z.abs m) + e.
Definition cap (f : format) : Z := Z.min 100 (limit f).
Definition relative_box (f : format) : I.type := point (1, - bits f)%Z.
Definition least_box (f : format) : I.type := point (1, normal f)%Z.

Definition slack_of (f : format) (w : dyadic) : option I.type :=
  if (fst w =? 0)%Z then Some zero_box else
  let (m, e) := halved 300 (fst w) (snd w) in
  if (cap f <=? top m e)%Z then None else
  if (Z.abs m <? 2 ^ bits f)%Z && (lowest f <=? e)%Z && (normal f <=? top m e)%Z then Some zero_box
  else Some (plus (times (relative_box f) (I.abs (point w))) (least_box f)).

Lemma top_correct m e : m <> 0%Z -> bpow radix2 (top m e) <= Rabs (real_of (m, e)) < bpow radix2 (top m e + 1).
Proof.
  intros N. unfold real_of, top. simpl fst. simpl snd. rewrite Rabs_mult, (Rabs_pos_eq (bpow radix2 e)) by apply bpow_ge_0.
  rewrite <- abs_IZR. replace (Z.log2 (Z.abs m) + e + 1)%Z with (Z.succ (Z.log2 (Z.abs m)) + e)%Z by lia. rewrite !bpow_plus.
  assert (P : (0 < Z.abs m)%Z) by lia. destruct (Z.log2_spec _ P) as [L U]. pose proof (Z.log2_nonneg (Z.abs m)). pose proof (bpow_gt_0 radix2 e).
  rewrite <- (IZR_Zpower radix2 (Z.log2 (Z.abs m))), <- (IZR_Zpower radix2 (Z.succ _)) by lia. split.
  - apply Rmult_le_compat_r; [lra|]. now apply IZR_le.
  - apply Rmult_lt_compat_r; [lra|]. now apply IZR_lt.
Qed.

Lemma weight_correct f w D y : slack_of f w = Some D -> weight32 f w y -> exists d, holds D d /\ 0 <= d /\ within d (real_of w) y.
Proof.
  intros H W. unfold slack_of in H. destruct (fst w =? 0)%Z eqn:Z0.
  - apply Z.eqb_eq in Z0. inversion H; subst. exists 0. split; [apply zero_holds|]. split; [lra|].
    assert (E : real_of w = 0) by (unfold real_of; rewrite Z0; ring). unfold weight32 in W. rewrite E in *. apply stores_zero in W. subst.
    intros z Z. apply flushes_zero in Z. subst. split; [apply zero_is_float32|]. rewrite Rminus_diag, Rabs_R0. lra.
  - apply Z.eqb_neq in Z0. destruct (halved 300 (fst w) (snd w)) as [m e] eqn:E.
    assert (R : real_of w = real_of (m, e)) by (rewrite <- E, halved_correct; now destruct w).
    assert (M : m <> 0%Z).
    { intros ->. unfold real_of at 2 in R. simpl in R. rewrite Rmult_0_l in R. unfold real_of in R. apply Rmult_integral in R. destruct R as [R|R].
      - now apply (eq_IZR _ 0) in R.
      - pose proof (bpow_gt_0 radix2 (snd w)). lra. }
    destruct (cap f <=? top m e)%Z eqn:T; [discriminate|]. apply Z.leb_gt in T. destruct (top_correct m e M) as [L U].
    assert (O : Rabs (real_of w) < bpow radix2 (limit f)).
    { rewrite R. eapply Rlt_le_trans; [exact U|]. apply bpow_le. unfold cap in T. lia. }
    destruct (_ && _) eqn:C; inversion H; subst.
    + rewrite !andb_true_iff in C. destruct C as [[C1 C2] C3]. apply Z.ltb_lt in C1. apply Z.leb_le in C2, C3.
      assert (N : least f <= Rabs (real_of w)). { rewrite R. eapply Rle_trans; [|exact L]. now apply bpow_le. }
      assert (G : generic_format radix2 (FLT_exp (lowest f) (bits f)) (real_of w)).
      { rewrite R. apply generic_format_FLT. exists (Float radix2 m e); simpl; auto. }
      exists 0. split; [apply zero_holds|]. split; [lra|]. pose proof (tau_below_least f).
      destruct (stores_exactly f _ _ O G W) as [->|[V _]]; [|lra]. intros z [->|[V _]]; [|lra].
      split; [now apply format_is_float32 with f|]. rewrite Rminus_diag, Rabs_R0. lra.
    + exists (relative f * Rabs (real_of w) + least f). split.
      { apply plus_holds; [apply times_holds; [apply power_holds | apply absolute_holds, point_holds] | apply power_holds]. }
      split; [|now apply stores_within]. pose proof (relative_positive f). pose proof (least_positive f). pose proof (Rabs_pos (real_of w)). nra.
Qed.

Definition weight_error (f : format) (w : dyadic) : option row := option_map Made (slack_of f w).

Lemma weight_error_correct f w r l : weight_error f w = Some r -> weight32_row f w l -> row_fits r (real_of w) l.
Proof.
  unfold weight_error. destruct (slack_of f w) as [D|] eqn:E; [|discriminate]. intros H (y & W & ->). inversion H; subst.
  destruct (weight_correct f w D y E W) as (d & HD & _ & Wd). exists d, y. auto.
Qed.

(* Below the numbers that may overflow when they are stored. *)
Definition is_storable (f : format) (i : I.type) : bool := is_above_zero (minus (point (1, cap f)%Z) i).

Lemma is_storable_correct f i x : holds i x -> is_storable f i = true -> x < bpow radix2 (limit f).
Proof.
  intros X H. pose proof (is_above_zero_correct _ _ (minus_holds _ _ _ _ (power_holds (cap f)) X) H).
  assert (bpow radix2 (cap f) <= bpow radix2 (limit f)) by (apply bpow_le; unfold cap; lia). lra.
Qed.

(* The error of a number once it is stored. What is computed in binary32 is stored in binary32 as it is. *)
Definition is_float32_format (f : format) : bool := match f with Float32 => true | _ => false end.
Definition stored_slack (f : format) (size slack : I.type) : option I.type :=
  if is_storable f size then
    Some (if is_float32_format f then slack else plus (plus slack (times (relative_box f) size)) (least_box f))
  else None.

Lemma stored_slack_correct f S D D' s d x y z : stored_slack f S D = Some D' -> holds S s -> holds D d -> within d x y -> Rabs y <= s -> stores f y z ->
  exists d', holds D' d' /\ d <= d' /\ within d' x z.
Proof.
  intros H HS HD W L St. unfold stored_slack in H. destruct (is_storable f S) eqn:C; [|discriminate]. apply (is_storable_correct f _ _ HS) in C.
  inversion H; subst. destruct (is_float32_format f) eqn:E.
  - destruct f; try discriminate. exists d. split; auto. split; [lra|]. apply stored_float32 with y; auto. exact (Rle_lt_trans _ _ _ L C).
  - exists (d + relative f * s + least f). split; [|split].
    + apply plus_holds; [apply plus_holds; auto; apply times_holds; auto|]; apply power_holds.
    + pose proof (relative_positive f). pose proof (least_positive f). pose proof (Rabs_pos y). assert (0 <= relative f * s) by (apply Rmult_le_pos; lra). lra.
    + now apply stored_rule with y.
Qed.
End Errors.
