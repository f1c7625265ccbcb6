(* Which nets and number formats a proof covers: the rounding errors of every step stay below epsilon, those of every logit below eta / 2. *)

From Coq Require Import ZArith Reals List Bool Arith Lra Lia.
From Flocq Require Import Core.
From Interval Require Import Float.Sig Interval.Interval Interval.Float_full Real.Xreal.
From Anylength Require Import Machine Numbers Program Agreement Intervals Net Certificate Induction Regions Float32 DotProducts Functions32 Storage Machine32 Lerp32
  Triples Errors Bounds Means Norms Shares.
Import ListNotations.

Module Coverage (F : FloatOps with Definition sensible_format := true) (R : RegionsOf F).
Import R.
Module Export Share := Shares F R.
Local Open Scope R_scope.

(* The ranges of all values of a program. Rows of an earlier value come with its range. *)
Section Walk.
Variables (f : format) (ranges : list (list I.type)) (symbol : list dyadic).

Definition ranged_rows (values : list (list row)) (k : nat) : list ranged_row := combine (nth k ranges []) (nth k values []).
Definition measures (values : list (list row)) (k : nat) : option (list measure) := all_some (map measure_of (ranged_rows values k)).

Definition bounds_of (values : list (list row)) (i : instruction dyadic) : option (list row) :=
  let at_ k := nth k values [] in
  let ranged_at := ranged_rows values in
  match i with
  | Symbol => all_some (map (weight_error Float32) symbol)
  | State => Some (map (fun _ => Made tau_box) (nth (length values) ranges []))
  | Tensor w => all_some (map (weight_error f) w)
  | Constant x rows => all_some (map (weight_error Float32) (repeat x rows))
  | Slice a first past => Some (firstn (past - first) (skipn first (at_ a)))
  | Take a rows => Some (map (fun k => nth k (at_ a) (Made zero_box)) rows)
  | Concatenate of => Some (concat (map at_ of))
  | Matmul weight a => bind (measures values a) (fun ms => all_some (map (products_row f ms) weight))
  | Apply2 g a b => all_some (map (binary_row g) (combine (ranged_at a) (ranged_at b)))
  | Apply1 g a => all_some (map (fun p => bind (measure_of p) (unary_row g)) (ranged_at a))
  | Lerp z a b => all_some (map lerp_row_bound (combine (ranged_at z) (combine (ranged_at a) (ranged_at b))))
  | Scale factor a => all_some (map (fun p => bind (measure_of p) (fun m => products_row Float32 [m] [factor])) (ranged_at a))
  | Stored a => all_some (map (fun p => bind (measure_of p) (fun m => option_map Made (stored_slack f (size m) (snd m)))) (ranged_at a))
  | Mean a => bind (measures values a) (fun ms => bind (mean_error ms) (fun D => Some [Made D]))
  | MeanSquare a => bind (measures values a) (fun ms => bind (mean_square_error ms) (fun D => Some [Made D]))
  | Center a => bind (measures values a) (fun ms => bind (mean_error ms) (fun D => Some (map (centered_row ms D) ms)))
  | Matvec a b => bind (measures values a) (fun ma => bind (measures values b) (fun mb =>
      Some (map (fun m => pending_row (dot_row m mb)) (rows_of (length ma / length mb) (length mb) ma))))
  | Normalize e a => bind (measures values a) (fun ms => bind (squared_error ms e) (fun q =>
      all_some (map (fun p => normalized_row q (fst p) (snd p)) (combine (nth (length values) ranges []) ms))))
  | Softmax a => bind (measures values a) (fun ms => bind (softmax_errors ms) (fun q =>
      Some (map (share_row q) (nth (length values) ranges []))))
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

Lemma weights_fit g ws rows v : all_some (map (weight_error g) ws) = Some rows -> Forall2 (weight32_row g) ws v -> all3 row_fits rows (map real_of ws) v.
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

Lemma rows_fit {A : Type} (weights : list A) (rule : A -> option row) (g : A -> R) (Q : A -> list term -> Prop) :
  (forall w r l, rule w = Some r -> Q w l -> row_fits r (g w) l) ->
  forall rows v, all_some (map rule weights) = Some rows -> Forall2 Q weights v -> all3 row_fits rows (map g weights) v.
Proof.
  intros H; induction weights as [|w ws IH]; intros rows v E W; inversion W; subst; simpl map in E.
  - inversion E. constructor.
  - apply all_some_cons in E. destruct E as (r & rows' & E & E' & ->). simpl. constructor; eauto.
Qed.

Lemma center_fits ms xs ls D v : all3 measured ms xs ls -> mean_error ms = Some D -> Forall2 (center_row ls) ls v ->
  all3 row_fits (map (centered_row ms D) ms) (map (centered reals (length xs)) (each_with_others [] xs)) v.
Proof.
  intros A H E. destruct (list_eq_dec Req_EM_T xs []) as [->|N].
  - inversion A; subst. inversion E; subst. constructor.
  - rewrite centered_values by auto. change (total_of xs / INR (length xs)) with (mean (N := reals) xs).
    assert (one : forall m x l l', measured m x l -> center_row ls l l' -> row_fits (centered_row ms D m) (x - mean (N := reals) xs) l').
    { intros m x l l' Hm Hc. exact (centered_row_correct _ _ _ _ _ _ _ _ A H Hm Hc). }
    clear H N. revert v E one. generalize (centered_row ms D) (mean (N := reals) xs). generalize ls at 1 3. intros column g mu.
    induction A as [|m x l ms' xs' ls' Hm A IH]; intros v E one; inversion E; subst; simpl; constructor; eauto.
Qed.

Lemma normalize_fits ms xs ls e q own rows v : all3 measured ms xs ls -> squared_error ms e = Some q ->
  Forall2 holds own (map (scaled_to_unit reals (real_of e) (length xs)) (each_with_others [] xs)) -> Forall2 (normalize_row e ls) ls v ->
  all_some (map (fun p => normalized_row q (fst p) (snd p)) (combine own ms)) = Some rows ->
  all3 row_fits rows (map (scaled_to_unit reals (real_of e) (length xs)) (each_with_others [] xs)) v.
Proof.
  intros A Q. rewrite normalized_values.
  assert (one : forall o m r x l l', holds o (unit_value xs (real_of e) x) -> measured m x l -> normalize_row e ls l l' ->
    normalized_row q o m = Some r -> row_fits r (unit_value xs (real_of e) x) l').
  { intros o m r x l l' Ho Hm Hn Hr. exact (normalized_row_correct _ _ _ _ _ _ _ _ _ _ _ A Q Ho Hm Hn Hr). }
  clear Q. revert own rows v one. generalize (unit_value xs (real_of e)). generalize ls at 1 2. intros column g.
  induction A as [|m x l ms' xs' ls' Hm A IH]; intros own rows v one O E H; inversion O; subst; inversion E; subst; simpl in H.
  - inversion H. constructor.
  - apply all_some_cons in H. destruct H as (r & rows' & Er & H & ->). simpl. constructor; eauto.
Qed.

Lemma softmax_fits ms xs ls q own v : all3 measured ms xs ls -> softmax_errors ms = Some q ->
  Forall2 holds own (map (share reals) (each_with_others [] xs)) -> Forall2 (softmax_row ls) ls v ->
  all3 row_fits (map (share_row q) own) (map (share reals) (each_with_others [] xs)) v.
Proof.
  intros A Q. rewrite share_values. destruct (common_bounds _ _ _ A) as (s & z & Hs & Hz & Ps & B).
  enough (G : forall xs' ls', Forall2 (bounded_by s z) xs' ls' -> incl xs' xs -> forall own v, Forall2 holds own (map (share_of xs) xs') ->
    Forall2 (softmax_row ls) ls' v -> all3 row_fits (map (share_row q) own) (map (share_of xs) xs') v).
  { intros O E. apply G with ls; auto. apply incl_refl. }
  clear own v. induction 1 as [|x l xs' ls' Bx F2 IH]; intros I own v O E; inversion O as [|o y own' ys' Ho O']; subst;
    inversion E as [|l1 l' ls1 v' R E']; subst; simpl; constructor.
  - apply (share_row_correct ms xs ls q o s z x l l' A Q Hs Hz Ps B); auto. apply I. now left.
  - apply IH; auto. intros w W. apply I. now right.
Qed.

Lemma matvec_fits mb ys lb ms xs ls v : all3 measured mb ys lb -> all3 (all3 measured) ms xs ls -> Forall2 (matvec_row lb) ls v ->
  all3 row_fits (map (fun m => pending_row (dot_row m mb)) ms) (map (fun row => dot (N := reals) row ys) xs) v.
Proof.
  intros B A. revert v; induction A as [|m x l ms xs ls Hm A IH]; intros v E; inversion E as [|l1 l' ls1 v' M E']; subst; simpl; constructor; auto.
  destruct M as (vs & ws & V & W & ->). exact (dot_row_correct _ _ _ Hm _ _ _ B _ _ V W).
Qed.

Theorem execute_fits values exact machine i rows v : fit values exact machine -> in_ranges exact ->
  Forall2 holds (nth (length exact) ranges []) (execute (N := reals) exact_symbol state exact (with_weights exactly i)) ->
  bounds_of values i = Some rows -> executes32 f symbol state machine i v ->
  all3 row_fits rows (execute (N := reals) exact_symbol state exact (with_weights exactly i)) v.
Proof.
  intros A G HS H E. assert (B : forall k, all3 row_fits (nth k values []) (nth k exact []) (nth k machine [])) by (intros; apply all3_nth; auto; constructor).
  pose proof (fun k => ranged_fit values exact machine k A G) as C.
  destruct i; cbn [bounds_of executes32 with_weights execute] in *; cbv zeta in *; try discriminate.
  - now apply weights_fit with (1 := H).
  - apply some_is in H. subst rows v. destruct (all3_length _ _ _ A) as [L _]. rewrite L. revert HS is_state.
    generalize (nth (length exact) ranges []). clear. intros boxes F2; induction F2 as [|i x boxes h X F2 IH]; intros S; inversion S; subst; simpl; constructor; auto.
    exists tau, x. split; [apply power_holds|]. split; auto. intros z Z. split; [now apply flushes_is_float32 with x | now apply flushes_error].
  - now apply weights_fit with (1 := H).
  - rewrite <- map_repeat. now apply weights_fit with (1 := H).
  - apply some_is in H. subst. now apply all3_firstn, all3_skipn.
  - apply some_is in H. subst. apply all3_map. intros k. apply all3_nth; auto. exists 0, 0. split; [apply zero_holds|]. split; auto.
    intros z Z. apply flushes_zero in Z. subst. split; [apply zero_is_float32|]. rewrite real_zero, Rminus_diag, Rabs_R0. lra.
  - apply some_is in H. subst. apply all3_concat. now apply all3_map.
  - apply bind_some in H. destruct H as (ms & M & H). pose proof (measures_fit _ _ _ _ _ A G M) as Fm. rewrite map_map.
    apply rows_fit with (2 := H) (3 := E). intros ws r l R P. exact (products_row_correct f _ _ _ _ _ _ Fm R P).
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
  - apply bind_some in H. destruct H as (ms & M & H). apply bind_some in H. destruct H as (D & HD & H). apply some_is in H. subst rows.
    destruct E as (y & My & ->). destruct (mean_error_correct _ _ _ _ _ (measures_fit _ _ _ _ _ A G M) HD My) as (d & Dd & W).
    constructor; [|constructor]. exists d, y. auto.
  - apply bind_some in H. destruct H as (ms & M & H). apply bind_some in H. destruct H as (D & HD & H). apply some_is in H. subst rows.
    destruct E as (y & My & ->). destruct (mean_square_error_correct _ _ _ _ _ (measures_fit _ _ _ _ _ A G M) HD My) as (d & Dd & W).
    constructor; [|constructor]. exists d, y. auto.
  - apply bind_some in H. destruct H as (ms & M & H). apply bind_some in H. destruct H as (D & HD & H). apply some_is in H. subst rows.
    apply center_fits with (2 := HD) (3 := E). now apply measures_fit with (3 := M).
  - apply bind_some in H. destruct H as (ms & M & H). apply bind_some in H. destruct H as (q & Q & H).
    destruct (all3_length _ _ _ A) as [L _]. rewrite L in H.
    apply normalize_fits with (2 := Q) (4 := E) (5 := H); auto. now apply measures_fit with (3 := M).
  - apply bind_some in H. destruct H as (ms & M & H). apply bind_some in H. destruct H as (q & Q & H). apply some_is in H. subst rows.
    destruct (all3_length _ _ _ A) as [L _]. rewrite L.
    apply softmax_fits with (2 := Q) (4 := E); auto. now apply measures_fit with (3 := M).
  - apply bind_some in H. destruct H as (ma & Ma & H). apply bind_some in H. destruct H as (mb & Mb & H). apply some_is in H. subst rows.
    pose proof (measures_fit _ _ _ _ _ A G Ma) as Fa. pose proof (measures_fit _ _ _ _ _ A G Mb) as Fb.
    destruct (all3_length _ _ _ Fa) as [La La'], (all3_length _ _ _ Fb) as [Lb Lb']. rewrite La, Lb, <- La', <- Lb' in *.
    apply matvec_fits with (1 := Fb) (3 := E). now apply all3_rows.
  - assert (D : all3 row_fits rows (map (fun x => x) (nth a exact [])) v); [|now rewrite map_id in D].
    eapply (all3_step ranged row_fits); [|apply C | exact E | exact H].
    intros p r x l l' P (y & z & My & Z & ->) R. apply bind_some in R. destruct R as (m & M & R).
    destruct (measured_size _ _ _ (measure_of_correct _ _ _ _ P M)) as (s & d & Sm & Dm & _ & _ & Wm). destruct (Wm y My) as [W Fy].
    destruct (stored_slack f (size m) (snd m)) as [D'|] eqn:K; inversion R; subst.
    assert (St : exists d', holds D' d' /\ within d' x z); [|destruct St as (d' & D2 & W2); exists d', z; auto].
    destruct Z as [->|Z].
    + destruct (some_stored f y) as [z Z]. destruct (stored_slack_correct f _ _ _ s d x y z K Sm Dm W (Fy y (flushes_same y)) Z) as (d' & D2 & L & _).
      exists d'. split; auto. now apply within_more with d.
    + destruct (stored_slack_correct f _ _ _ s d x y z K Sm Dm W (Fy y (flushes_same y)) Z) as (d' & D2 & _ & W2). eauto.
Qed.

(* A whole program: what the machine computes fits its bounds. *)
Theorem bounds_fit code : forall values exact machine rows final, fit values exact machine ->
  (forall k, (k < length (exact_run code exact))%nat -> Forall2 holds (nth k ranges []) (nth k (exact_run code exact) [])) ->
  bounds code values = Some rows -> run32 f symbol state code machine final -> fit rows (exact_run code exact) final.
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
    + specialize (kept (length exact)). rewrite nth_middle in kept. apply kept. rewrite length_app. simpl. lia.
Qed.
End Walk.

(* Bounds on the errors of the last value, once it is made. *)
Definition result_measures (f : format) (ranges : list (list I.type)) (symbol : list dyadic) (code : list (instruction dyadic)) : option (list measure) :=
  bind (bounds f ranges symbol code []) (fun rows => all_some (map measure_of (combine (last ranges []) (last rows [])))).

Lemma measure_all rows xs ls : all3 row_fits rows xs ls -> forall boxes, Forall2 holds boxes xs -> forall ms,
  all_some (map measure_of (combine boxes rows)) = Some ms -> all3 measured ms xs ls.
Proof.
  induction 1 as [|r x l rs xs ls Fit A IH]; intros boxes L ms H; inversion L; subst; simpl in H.
  - inversion H. constructor.
  - apply all_some_cons in H. destruct H as (m & ms' & Em & H & ->). constructor; eauto. apply measure_of_correct with (2 := Em). split; auto.
Qed.

Theorem result_fits f ranges symbol code ms state final : Forall is_float32 state ->
  Forall2 (Forall2 holds) ranges (values_of (N := reals) (map real_of symbol) state (map (with_weights exactly) code)) ->
  result_measures f ranges symbol code = Some ms -> run32 f symbol state code [] final ->
  all3 measured ms (result_of (N := reals) (map real_of symbol) state (map (with_weights exactly) code)) (last final []).
Proof.
  intros S G H E. apply bind_some in H. destruct H as (rows & B & H).
  assert (A : all3 (all3 row_fits) rows (values_of (N := reals) (map real_of symbol) state (map (with_weights exactly) code)) final).
  { apply (bounds_fit f ranges symbol state S code [] [] [] rows final); auto; [constructor|]. intros k K. now apply (related_nth _ _ _ _ _ G). }
  apply all3_last with (x := []) (y := []) (z := []) in A; [|constructor].
  pose proof (related_last _ _ _ _ _ G [] [] (Forall2_nil _)) as L.
  exact (measure_all _ _ _ A _ L ms H).
Qed.

Section Net.
Variables (f : format) (net : net) (M : machine) (C : certificate).

(* All ranges of a step under s from a state that the box has, where the cut's values lie in b. *)
Definition step_ranges (P : prepared) (states : list I.type) (s : nat) (values : list (list I.type)) (b : list I.type) : list (list I.type) :=
  run (N := intervals) (symbol_box net s) states (placed (cut C) values b (known values)) (step_code P) [].

Definition is_below_epsilon (D : option I.type) : bool :=
  match D with Some D' => is_not_below_zero (minus (point (epsilon C)) D') | None => false end.

Definition step_covered (P : prepared) (states : list I.type) (s : nat) (values : list (list I.type)) (b : list I.type) : bool :=
  match result_measures f (step_ranges P states s values b) (encoded net s) (step net) with
  | Some ms => forallb (fun m => is_below_epsilon (stored_slack f (size m) (snd m))) ms
  | None => false
  end.

(* The bound on the error of a logit. *)
Definition logit_error (ms : list measure) (c : nat) : option I.type :=
  bind (matmul_row f (nth c (readout_weight net) []) ms) (fun q =>
  bind (slack_of f (nth c (readout_bias net) (0, 0)%Z)) (fun W =>
    let M := plus (fst (fst q)) (I.abs (point (nth c (readout_bias net) (0, 0)%Z))) in
    bind (measure_row I.nai (Pending M (plus (snd (fst q)) W) (snd q + 1))) (fun m =>
      stored_slack f (plus M (snd m)) (snd m)))).

Definition answer_ranges (P : prepared) (states : list I.type) (s : nat) : list (list I.type) :=
  values_of (N := intervals) (symbol_box net s) states (answer_code P).

Definition answer_covered (P : prepared) (states : list I.type) (s : nat) : bool :=
  match result_measures f (answer_ranges P states s) (encoded net s) (answer net) with
  | Some ms => forallb (fun c => match logit_error ms c with
                                 | Some D => is_above_zero (minus (point (eta C)) (times (integer 2) D))
                                 | None => false
                                 end) (seq 0 (length (readout_weight net)))
  | None => false
  end.

(* A box that holds all computed states: the hull of the start state and of all images. *)
Fixpoint joined (boxes : list (list I.type)) : list I.type :=
  match boxes with
  | [] => []
  | [b] => b
  | b :: rest => map2 hull b (joined rest)
  end.

(* Every node's box lies in one of these boxes. More of them cost time and give smaller bounds. *)
Definition one_box : list (list I.type) := [joined (map box_of (nodes C))].

Definition known_by_symbol (P : prepared) : list (nat * list (list I.type)) := map (fun s => (s, values_without_state net P s)) (seq 0 (symbols net)).
Definition reached (P : prepared) (by_symbol : list (nat * list (list I.type))) : list (list I.type) :=
  map point (start_state net) :: concat (map (fun k => map (fun sv => image net C P (fst sv) (snd sv) (box_of k)) by_symbol) (nodes C)).

Definition is_exact (w : dyadic) : bool := match slack_of f w with Some D => I.subset D zero_box | None => false end.

Definition covers (boxes : list (list I.type)) : bool :=
  let P := prepare net in
  let by_symbol := known_by_symbol P in
  let all_reached := reached P by_symbol in
  let states := joined all_reached in
  forallb is_exact (start_state net) &&
  forallb (fun b => all_inside b states) all_reached &&
  forallb (fun k => existsb (all_inside (box_of k)) boxes) (nodes C) &&
  forallb (fun sv => forallb (step_covered P states (fst sv) (snd sv)) boxes && answer_covered P states (fst sv)) by_symbol.

(* Soundness. *)
Lemma exactly_stored ws h : forallb is_exact ws = true -> Forall2 (weight32 f) ws h -> h = map real_of ws /\ Forall is_float32 h.
Proof.
  revert h; induction ws as [|w ws IH]; intros h H W; inversion W as [|w' y ws' h' Ww Wh]; subst; [split; auto|].
  simpl in H. apply andb_true_iff in H. destruct H as [E H]. destruct (IH _ H Wh) as [-> Fh]. unfold is_exact in E.
  destruct (slack_of f w) as [D|] eqn:S; [|discriminate]. destruct (weight_correct f w D y S Ww) as (d & Hd & _ & Wd).
  assert (Z : d = 0) by (apply only_zero; exact (I.subset_correct D zero_box _ Hd E)). destruct (within_itself _ _ _ Wd) as [Fy Ey].
  rewrite Z in Ey. assert (y = real_of w) by (revert Ey; unfold Rabs; destruct Rcase_abs; lra). subst y. split; [reflexivity | now constructor].
Qed.

Lemma step_ranges_related states s h b : Forall2 holds states h -> length h = length (start_state net) ->
  Forall2 holds b (gather (cut C) (values_at net s h)) ->
  Forall2 (Forall2 holds) (step_ranges (prepare net) states s (values_without_state net (prepare net) s) b) (values_at net s h).
Proof.
  intros S L B. apply (run_related _ _ _ intervals_hold); auto; [apply symbol_related|].
  assert (W : Forall2 (Forall2 holds) (values_without_state net (prepare net) s) (values_at net s h)).
  { apply values_related; [apply symbol_related | now apply nothing_related]. }
  intros k v H. exact (placed_right _ _ W (cut C) b _ (known_right _ _ W) B k v H).
Qed.

Lemma step_covered_correct states s h b h' : Forall2 holds states h -> length h = length (start_state net) ->
  Forall2 holds b (gather (cut C) (values_at net s h)) -> Forall is_float32 h ->
  step_covered (prepare net) states s (values_without_state net (prepare net) s) b = true -> step32 f net s h h' ->
  Forall is_float32 h' /\ Forall2 (fun x y => Rabs (x - y) <= real_of (epsilon C)) h' (next_state net s h).
Proof.
  intros S L B Fh H (final & E & Mk). unfold step_covered in H. destruct (result_measures _ _ _) as [ms|] eqn:R; [|discriminate].
  pose proof (result_fits f _ _ _ _ h final Fh (step_ranges_related states s h b S L B) R E) as A. change (result_of _ _ _) with (next_state net s h) in A.
  clear R E. revert h' Mk H. induction A as [|m x l ms xs ls Hm A IH]; intros h' Mk H; inversion Mk as [|l' y ls' h'' My Mk']; subst; simpl in H; [split; constructor|].
  apply andb_true_iff in H. destruct H as [Hd H]. destruct (IH _ Mk' H) as [I1 I2]. destruct My as (v & Mv & St).
  destruct (measured_size _ _ _ Hm) as (s0 & d & Sm & Dm & _ & _ & Wm). destruct (Wm v Mv) as [W Fv]. unfold is_below_epsilon in Hd.
  destruct (stored_slack f (size m) (snd m)) as [D'|] eqn:K; [|discriminate].
  destruct (stored_slack_correct f _ _ _ s0 d x v y K Sm Dm W (Fv v (flushes_same v)) St) as (d' & D2 & _ & W2).
  destruct (within_itself _ _ _ W2) as [Fy Ey]. pose proof (is_not_below_zero_correct _ _ (minus_holds _ _ _ _ (point_holds (epsilon C)) D2) Hd).
  split; constructor; auto. lra.
Qed.

Lemma logit_error_correct ms xs ls c D y : all3 measured ms xs ls -> logit_error ms c = Some D -> logit32 f net ls c y ->
  exists d, holds D d /\ Rabs (y - (dot (N := reals) (weight_row net c) xs + bias_of (N := reals) net c)) <= d.
Proof.
  intros A H (l & b & (ws & ys & Fw & Fy & ->) & (v & Wb & ->) & (t & Mk & St)). unfold logit_error in H.
  apply bind_some in H. destruct H as (q & Q & H). apply bind_some in H. destruct H as (W & HW & H). cbv zeta in H.
  destruct (matmul_row_correct _ _ _ _ A _ _ _ _ Q Fw Fy) as (s & d & S & Dd & Fit). destruct (weight_correct _ _ _ _ HW Wb) as (e & He & _ & We).
  apply bind_some in H. destruct H as (m & E & H). set (bias := nth c (readout_bias net) (0, 0)%Z) in *.
  assert (Sh : holds (plus (fst (fst q)) (I.abs (point bias))) (s + Rabs (real_of bias))) by (apply plus_holds; auto; apply absolute_holds, point_holds).
  assert (Fit' : fits (map2 Product ws ys ++ number_row v) (dot (N := reals) (weight_row net c) xs + bias_of (N := reals) net c)
                   (s + Rabs (real_of bias)) (d + e) (snd q + 1)).
  { apply fits_both; auto. apply fits_alone; [apply (within_itself _ _ _ We) | apply Rle_refl |]. intros z Z. apply (We z Z). }
  assert (R : row_fits (Pending (plus (fst (fst q)) (I.abs (point bias))) (plus (snd (fst q)) W) (snd q + 1))
                (dot (N := reals) (weight_row net c) xs + bias_of (N := reals) net c) (map2 Product ws ys ++ number_row v)).
  { exists (s + Rabs (real_of bias)), (d + e). split; auto. split; auto. now apply plus_holds. }
  destruct (measure_row_correct _ _ _ _ _ (nothing_known _) R E) as (_ & d1 & D1 & _ & W1). specialize (W1 t Mk).
  destruct (fits_positive _ _ _ _ _ Fit') as (_ & _ & Lx). destruct (within_itself _ _ _ W1) as [_ E1].
  assert (Lt : Rabs t <= s + Rabs (real_of bias) + d1).
  { pose proof (Rabs_triang (t - (dot (N := reals) (weight_row net c) xs + bias_of (N := reals) net c)) (dot (N := reals) (weight_row net c) xs + bias_of (N := reals) net c)) as T.
    replace (t - _ + _) with t in T by ring. lra. }
  destruct (stored_slack_correct f _ _ _ _ _ _ t y H (plus_holds _ _ _ _ Sh D1) D1 W1 Lt St) as (d2 & D2 & _ & W2). exists d2. split; auto.
  apply (within_itself _ _ _ W2).
Qed.

Lemma answer_covered_correct states s h o o' : Forall2 holds states h -> Forall is_float32 h -> answer_covered (prepare net) states s = true ->
  (o < classes net)%nat -> (forall c, (c < classes net)%nat -> c <> o -> real_of (eta C) <= logit net s h o - logit net s h c) ->
  says32 f net s h o' -> o' = o.
Proof.
  intros S Fh H O G (final & logits & E & L & O' & Max). unfold answer_covered in H.
  destruct (result_measures _ _ _) as [ms|] eqn:R; [|discriminate].
  assert (A : all3 measured ms (answer_of (N := reals) net s h) (last final [])).
  { apply result_fits with (3 := R); auto. apply values_related; auto. apply symbol_related. }
  assert (near_logit : forall c, (c < classes net)%nat -> 2 * Rabs (logits c - logit net s h c) < real_of (eta C)).
  { intros c Hc. rewrite forallb_forall in H. specialize (H c ltac:(apply in_seq; unfold classes in *; lia)).
    destruct (logit_error ms c) as [D|] eqn:Ec; [|discriminate]. destruct (logit_error_correct _ _ _ _ _ _ A Ec (L c Hc)) as (d & Hd & B).
    pose proof (is_above_zero_correct _ _ (minus_holds _ _ _ _ (point_holds (eta C)) (times_holds _ _ _ _ (integer_holds 2) Hd)) H).
    unfold logit. lra. }
  destruct (Nat.eq_dec o' o) as [|N]; auto. exfalso. specialize (Max o O). specialize (G o' O' N).
  pose proof (near_logit o O) as B1. pose proof (near_logit o' O') as B2. revert B1 B2. unfold Rabs. repeat destruct Rcase_abs; lra.
Qed.

Variable boxes : list (list I.type).
Hypothesis covered : covers boxes = true.
Notation all_boxes := (reached (prepare net) (known_by_symbol (prepare net))).
Notation states := (joined all_boxes).
Notation can_be_computed := (computes net (real_of (epsilon C))).

Lemma reached_inside b : In b all_boxes -> all_inside b states = true.
Proof.
  intros H. unfold covers in covered. cbv zeta in covered. rewrite !andb_true_iff, !forallb_forall in covered.
  destruct covered as [[[_ K] _] _]. auto.
Qed.

Lemma start_reached : Forall2 holds states (map real_of (start_state net)).
Proof.
  eapply all_inside_related; [|apply reached_inside; left; reflexivity]. apply (related_same_map _ _ _ _ _ point_holds).
Qed.

Lemma symbol_covered s : (s < symbols net)%nat ->
  (forall b, In b boxes -> step_covered (prepare net) states s (values_without_state net (prepare net) s) b = true) /\ answer_covered (prepare net) states s = true.
Proof.
  intros S. unfold covers in covered. cbv zeta in covered. rewrite !andb_true_iff in covered. destruct covered as [_ H].
  rewrite forallb_forall in H. specialize (H (s, values_without_state net (prepare net) s)).
  assert (I : In (s, values_without_state net (prepare net) s) (known_by_symbol (prepare net))) by (apply in_map_iff; exists s; split; auto; apply in_seq; lia).
  apply H in I. simpl in I. apply andb_true_iff in I. destruct I as [I1 I2]. split; auto. now rewrite forallb_forall in I1.
Qed.

Lemma box_covered k : In k (nodes C) -> exists b, In b boxes /\ all_inside (box_of k) b = true.
Proof.
  intros K. unfold covers in covered. cbv zeta in covered. rewrite !andb_true_iff, !forallb_forall in covered.
  destruct covered as [[_ H] _]. specialize (H k K). apply existsb_exists in H. exact H.
Qed.

Lemma exact_start h : Forall2 (weight32 f) (start_state net) h -> h = map real_of (start_state net) /\ Forall is_float32 h.
Proof.
  apply exactly_stored. unfold covers in covered. cbv zeta in covered. rewrite !andb_true_iff in covered. apply covered.
Qed.

(* The words of which the proof speaks: all words, or only some. With a word it speaks of all its beginnings. *)
Section Words.
Variable spoken_of : list nat -> Prop.
Hypotheses (beginnings : forall w s, spoken_of (w ++ [s]) -> spoken_of w)
  (bounded : forall w h, spoken_of w -> can_be_computed w h -> bounded_by_a_node net M C w h)
  (right_ : forall w s h, spoken_of (w ++ [s]) -> can_be_computed (w ++ [s]) h -> right_by_eta net M (real_of (eta C)) w s h).

Lemma all_reached w h : spoken_of w -> can_be_computed w h -> Forall2 holds states h.
Proof.
  intros Sp H. inversion H as [E|w' h0 s h' H' Hs D E]; subst; [apply start_reached|].
  destruct (bounded w' h0 (beginnings _ _ Sp) H') as (k & K & L & _ & B).
  eapply all_inside_related; [apply (image_related net C s (box_of k) h0 h L (B s) D)|]. apply reached_inside. right.
  apply in_concat. eexists. split; [apply in_map_iff; exists k; split; [reflexivity | exact K]|].
  apply in_map_iff. exists (s, values_without_state net (prepare net) s). split; auto. apply in_map_iff. exists s. split; auto. apply in_seq. lia.
Qed.

(* Every run of a machine that rounds is a computation with errors of up to epsilon. *)
Theorem covered_computes w h : runs32 f net w h -> spoken_of w -> can_be_computed w h /\ Forall is_float32 h.
Proof.
  induction 1 as [h W|w h s h' R IH S E]; intros Sp.
  - destruct (exact_start h W) as [-> Fh]. split; auto. constructor.
  - pose proof (beginnings _ _ Sp) as Sb. destruct (IH Sb) as [Ch Fh].
    destruct (bounded w h Sb Ch) as (k & K & L & _ & B). destruct (box_covered k K) as (b & Hb & I).
    destruct (symbol_covered s S) as [Hs _].
    destruct (step_covered_correct states s h b h') as [Fh' D]; auto; [now apply all_reached with w | now apply all_inside_related with (2 := I) |].
    split; auto. now apply one_step with h.
Qed.

(* Whatever a machine that rounds says is what the finite machine says. *)
Theorem covered_says_of_words w s h o : spoken_of (w ++ [s]) -> runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s.
Proof.
  intros Sp R S. destruct (covered_computes _ _ R Sp) as [H Fh]. destruct (right_ w s h Sp H) as [O G].
  assert (L : (s < symbols net)%nat).
  { inversion R as [|w' h' s' h'' _ L _ E]; [destruct w; discriminate|]. apply app_inj_tail in E. destruct E; now subst. }
  destruct (symbol_covered s L) as [_ A]. apply answer_covered_correct with states s h; auto. now apply all_reached with (w ++ [s]).
Qed.
End Words.

End Net.

(* For every word, of any length. *)
Theorem covered_says f net M C boxes : check net M C = true -> covers f net C boxes = true ->
  forall w s h o, runs32 f net (w ++ [s]) h -> says32 f net s h o -> o = said M (after M w) s.
Proof.
  intros K covered w s h o. apply (covered_says_of_words f net M C boxes covered (fun _ => True)); auto.
  - intros v g _. now apply always_bounded.
  - intros v t g _. now apply sound.
Qed.
End Coverage.
