(* Which nets a proof covers in binary32: the rounding errors of every step stay below epsilon, those of every logit below eta / 2. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Regions Float32 DotProducts Functions32 Machine32 Lerp32
  Triples Errors Bounds.
Import ListNotations.

Module Coverage (F : FloatOps with Definition sensible_format := true).
Module Export Rows := Bounds F.
Open Scope R_scope.

Lemma real_zero : @zero reals = 0.
Proof. change (0 * bpow radix2 0 = 0). ring. Qed.

(* The ranges of all values of a program. Rows of an earlier value come with its range. *)
Section Walk.
Variables (ranges : list (list I.type)) (symbol : list dyadic).

Definition ranged_rows (values : list (list row)) (k : nat) : list ranged_row := combine (nth k ranges []) (nth k values []).
Definition measures (values : list (list row)) (k : nat) : option (list measure) := all_some (map measure_of (ranged_rows values k)).

Definition bounds_of (values : list (list row)) (i : instruction dyadic) : option (list row) :=
  let at_ k := nth k values [] in
  let ranged_at := ranged_rows values in
  match i with
  | Symbol => all_some (map weight_error symbol)
  | State => Some (map (fun _ => Made tau_box) (nth (length values) ranges []))
  | Tensor w => all_some (map weight_error w)
  | Constant x rows => all_some (map weight_error (repeat x rows))
  | Slice a first past => Some (firstn (past - first) (skipn first (at_ a)))
  | Take a rows => Some (map (fun k => nth k (at_ a) (Made zero_box)) rows)
  | Concatenate of => Some (concat (map at_ of))
  | Matmul weight a => bind (measures values a) (fun ms => all_some (map (products_row ms) weight))
  | Apply2 f a b => all_some (map (binary_row f) (combine (ranged_at a) (ranged_at b)))
  | Apply1 f a => all_some (map (fun p => bind (measure_of p) (unary_row f)) (ranged_at a))
  | Lerp z a b => all_some (map lerp_row_bound (combine (ranged_at z) (combine (ranged_at a) (ranged_at b))))
  | Scale factor a => all_some (map (fun p => bind (measure_of p) (fun m => products_row [m] [factor])) (ranged_at a))
  | Stored a => all_some (map (fun p => bind (measure_of p) (fun m => Some (Made (snd m)))) (ranged_at a))
  | Mean _ | MeanSquare _ | Center _ | Normalize _ _ | Softmax _ | Matvec _ _ => None
  end.

Fixpoint bounds (code : list (instruction dyadic)) (values : list (list row)) : option (list (list row)) :=
  match code with
  | [] => Some values
  | i :: rest => bind (bounds_of values i) (fun v => bounds rest (values ++ [v]))
  end.

(* Soundness, for exact values that lie in the ranges. *)
Variable state : list R.
Hypothesis is_state : Forall is_float32 state.
Notation exact_symbol := (map real_of symbol).
Notation exact_run code values := (run (N := reals) exact_symbol state [] (map (with_weights exactly) code) values).
Notation fit := (all3 (all3 row_fits)).

Lemma weights_fit ws rows v : all_some (map weight_error ws) = Some rows -> Forall2 weight_row ws v -> all3 row_fits rows (map real_of ws) v.
Proof.
  revert rows v; induction ws as [|w ws IH]; intros rows v H W; inversion W; subst; simpl map in H.
  - inversion H. constructor.
  - apply all_some_cons in H. destruct H as (r & rows' & E & H & ->). simpl. constructor; auto. now apply weight_error_correct with (1 := E).
Qed.

(* All values so far lie in their ranges. *)
Definition in_ranges (exact : list (list R)) : Prop := forall k, (k < length exact)%nat -> Forall2 holds (nth k ranges []) (nth k exact []).

Lemma ranged_fit values exact machine k : fit values exact machine -> in_ranges exact ->
  all3 ranged (ranged_rows values k) (nth k exact []) (nth k machine []).
Proof.
  intros A G. assert (B : all3 row_fits (nth k values []) (nth k exact []) (nth k machine [])) by (apply all3_nth; auto; constructor).
  unfold ranged_rows. destruct (le_lt_dec (length exact) k) as [L|L].
  - rewrite (nth_overflow exact) in * by lia. inversion B; subst. destruct (nth k ranges []); constructor.
  - specialize (G k L). revert G. generalize (nth k ranges []). induction B as [|r x l rs xs ls Fit B IH]; intros boxes G; inversion G; subst; simpl; constructor; auto.
    split; auto.
Qed.

Lemma measures_fit values exact machine k ms : fit values exact machine -> in_ranges exact -> measures values k = Some ms ->
  all3 measured ms (nth k exact []) (nth k machine []).
Proof.
  intros A G H. pose proof (ranged_fit values exact machine k A G) as B. unfold measures in H. revert ms H.
  induction B as [|p x l ps xs ls P B IH]; intros ms H; simpl in H.
  - inversion H. constructor.
  - apply all_some_cons in H. destruct H as (m & ms' & E & H & ->). constructor; auto. now apply measure_of_correct with p.
Qed.

Lemma rows_fit {A : Type} (weights : list A) (f : A -> option row) (g : A -> R) (Q : A -> list term -> Prop) :
  (forall w r l, f w = Some r -> Q w l -> row_fits r (g w) l) ->
  forall rows v, all_some (map f weights) = Some rows -> Forall2 Q weights v -> all3 row_fits rows (map g weights) v.
Proof.
  intros H; induction weights as [|w ws IH]; intros rows v E W; inversion W; subst; simpl map in E.
  - inversion E. constructor.
  - apply all_some_cons in E. destruct E as (r & rows' & E & E' & ->). simpl. constructor; eauto.
Qed.

Theorem execute_fits values exact machine i rows v : fit values exact machine -> in_ranges exact ->
  (i = State -> Forall2 holds (nth (length exact) ranges []) state) ->
  bounds_of values i = Some rows -> executes32 symbol state machine i v ->
  all3 row_fits rows (execute (N := reals) exact_symbol state exact (with_weights exactly i)) v.
Proof.
  intros A G HS H E. assert (B : forall k, all3 row_fits (nth k values []) (nth k exact []) (nth k machine [])) by (intros; apply all3_nth; auto; constructor).
  pose proof (fun k => ranged_fit values exact machine k A G) as C.
  destruct i; cbn [bounds_of executes32 with_weights execute] in *; cbv zeta in *; try discriminate.
  - now apply weights_fit.
  - apply some_is in H. subst rows v. specialize (HS eq_refl). destruct (all3_length _ _ _ A) as [L _]. rewrite L. revert HS is_state.
    generalize (nth (length exact) ranges []). clear. intros boxes F2; induction F2 as [|i x boxes h X F2 IH]; intros S; inversion S; subst; simpl; constructor; auto.
    exists tau, x. split; [apply power_holds|]. split; auto. intros z Z. split; [now apply flushes_is_float32 with x | now apply flushes_error].
  - now apply weights_fit.
  - rewrite <- map_repeat. now apply weights_fit.
  - apply some_is in H. subst. now apply all3_firstn, all3_skipn.
  - apply some_is in H. subst. apply all3_map. intros k. apply all3_nth; auto. exists 0, 0. split; [apply zero_holds|]. split; auto.
    intros z Z. apply flushes_zero in Z. subst. split; [apply zero_is_float32|]. rewrite real_zero, Rminus_diag, Rabs_R0. lra.
  - apply some_is in H. subst. apply all3_concat. now apply all3_map.
  - apply bind_some in H. destruct H as (ms & M & H). pose proof (measures_fit _ _ _ _ _ A G M) as Fm. rewrite map_map.
    apply rows_fit with (2 := H) (3 := E). intros ws r l R P. now apply products_row_correct with (1 := Fm).
  - rewrite map2_combine. eapply (all3_step (pair3 ranged ranged) row_fits); [|apply all3_combine; apply C | exact E | exact H].
    intros p r x l l' P Q R. now apply binary_row_correct with (1 := P) (2 := Q).
  - eapply (all3_step ranged row_fits); [|apply C | exact E | exact H]. intros p r x l l' P Q R. apply bind_some in R. destruct R as (m & M & R).
    now apply unary_row_correct with (1 := measure_of_correct _ _ _ _ P M) (2 := Q).
  - rewrite map3_combine. eapply (all3_step (pair3 ranged (pair3 ranged ranged)) row_fits); [|apply all3_combine; [|apply all3_combine]; apply C | exact E | exact H].
    intros p r x l l' P Q R. now apply lerp_row_correct with (1 := P) (2 := Q).
  - eapply (all3_step ranged row_fits); [|apply C | exact E | exact H]. intros p r x l l' P Q R. apply bind_some in R. destruct R as (m & M & R).
    assert (D : row_fits r (dot (N := reals) (map real_of [factor]) [x]) l').
    { apply products_row_correct with (2 := R) (3 := Q). constructor; [now apply measure_of_correct with p | constructor]. }
    cbn [map dot apply2 real_binary reals] in D. rewrite real_zero, Rplus_0_r in D. exact D.
  - assert (D : all3 row_fits rows (map (fun x => x) (nth a exact [])) v); [|now rewrite map_id in D].
    eapply (all3_step ranged row_fits); [|apply C | exact E | exact H].
    intros p r x l l' P (y & My & ->) R. apply bind_some in R. destruct R as (m & M & R). apply some_is in R. subst r.
    destruct (measure_of_correct _ _ _ _ P M) as (_ & d & D & _ & W). exists d, y. auto.
Qed.

(* A whole program: what the machine computes fits its bounds. *)
Theorem bounds_fit code : forall values exact machine rows final, fit values exact machine ->
  (forall k, (k < length (exact_run code exact))%nat -> Forall2 holds (nth k ranges []) (nth k (exact_run code exact) [])) ->
  bounds code values = Some rows -> run32 symbol state code machine final -> fit rows (exact_run code exact) final.
Proof.
  induction code as [|i code IH]; intros values exact machine rows final A G H E; inversion E as [|i' code' v values' final' X E']; subst.
  - apply some_is in H. now subst.
  - cbn [bounds] in H. apply bind_some in H. destruct H as (v' & B & H). cbn [map run hd tl] in *.
    set (e := execute (N := reals) exact_symbol state exact (with_weights exactly i)) in *.
    assert (kept : forall k, (k < length (exact ++ [e]))%nat -> Forall2 holds (nth k ranges []) (nth k (exact ++ [e]) [])).
    { intros k K. refine (eq_ind _ (fun l => Forall2 holds (nth k ranges []) l) (G k _) _ (run_keeps (N := reals) exact_symbol state _ [] (exact ++ [e]) k K)).
      rewrite run_length. apply Nat.lt_le_trans with (1 := K), Nat.le_add_r. }
    apply IH with (values ++ [v']) (machine ++ [v]); auto. apply all3_append; auto. constructor; [|constructor].
    apply execute_fits with values machine; auto.
    + intros k K. specialize (kept k). rewrite app_nth1 in kept by auto. apply kept. rewrite length_app. lia.
    + intros ->. specialize (kept (length exact)). rewrite nth_middle in kept. apply kept. rewrite length_app. simpl. lia.
Qed.
End Walk.
End Coverage.
