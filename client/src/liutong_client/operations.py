"""Every operation of the API.

Generated from docs/openapi.json by `python -m release.client`: never edited.
"""

from typing import Any, Final

from liutong_client import models as m
from liutong_client.calls import ListOperation, Operation

accept_card_dispute: Final = Operation(
    "accept_card_dispute", "POST", "/v1/card-disputes/{card_dispute_id}/acceptance", m.CardDisputeView, keyed=True
)
accept_engagement: Final = Operation(
    "accept_engagement",
    "POST",
    "/v1/engagements/{engagement_id}/acceptance",
    m.EngagementView,
    body=(m.AcceptEngagement,),
)
accept_income_check: Final = Operation(
    "accept_income_check",
    "POST",
    "/v1/income-checks/{income_check_id}/acceptance",
    m.IncomeCheckView,
    body=(m.DecideCheck,),
)
accept_negotiation: Final = Operation(
    "accept_negotiation",
    "POST",
    "/v1/negotiations/{negotiation_id}/acceptance",
    m.NegotiationView,
    body=(m.AcceptNegotiation,),
    keyed=True,
)
accept_order: Final = Operation("accept_order", "POST", "/v1/orders/{order_id}/acceptance", m.OrderView, keyed=True)
accept_part: Final = Operation(
    "accept_part", "POST", "/v1/delivery-parts/{delivery_part_id}/acceptance", m.DeliveryPartView, keyed=True
)
accept_renewal: Final = Operation(
    "accept_renewal", "POST", "/v1/renewals/{renewal_id}/acceptance", m.RenewalView, keyed=True
)
accept_test: Final = Operation(
    "accept_test", "POST", "/v1/third-party-tests/{test_id}/acceptance", m.TestView, body=(m.AcceptTest,)
)
add_cosignature: Final = Operation(
    "add_cosignature", "POST", "/log/cosignature", str, body=(bytes,), media=("text/plain",)
)
add_counterparty: Final = Operation(
    "add_counterparty",
    "POST",
    "/v1/dataspace/counterparties",
    m.NewCounterpartyView,
    body=(m.AddCounterparty,),
    keyed=True,
)
add_revision: Final = Operation(
    "add_revision", "POST", "/v1/assets/{asset_id}/revisions", m.RevisionView, body=(m.AddRevision,), keyed=True
)
add_working_paper: Final = Operation(
    "add_working_paper",
    "POST",
    "/v1/engagements/{engagement_id}/working-papers",
    m.PaperView,
    body=(m.AddPaper,),
    keyed=True,
)
advance_clock: Final = Operation(
    "advance_clock", "POST", "/v1/sandbox/clock/advance", m.ClockView, body=(m.AdvanceClock,)
)
announce_auction: Final = Operation("announce_auction", "POST", "/v1/auctions/{auction_id}/notice", m.AuctionView)
announce_maintenance: Final = Operation(
    "announce_maintenance",
    "POST",
    "/v1/listings/{listing_id}/maintenance",
    m.ServiceOutageView,
    body=(m.AnnounceMaintenance,),
    keyed=True,
)
annul_auction: Final = Operation(
    "annul_auction", "POST", "/v1/auctions/{auction_id}/annulment", m.AuctionView, body=(m.EndAuction,)
)
answer_card_dispute: Final = Operation(
    "answer_card_dispute", "POST", "/v1/card-disputes/{card_dispute_id}/answer", m.CardDisputeView, keyed=True
)
answer_clarification: Final = Operation(
    "answer_clarification",
    "POST",
    "/v1/quotation-requests/{rfq_id}/clarifications/{clarification_id}/answer",
    m.ClarificationView,
    body=(m.AnswerClarification,),
)
answer_complaint: Final = Operation(
    "answer_complaint",
    "POST",
    "/v1/complaints/{complaint_id}/answer",
    m.ComplaintView,
    body=(m.AnswerComplaint,),
    keyed=True,
)
answer_data_request: Final = Operation(
    "answer_data_request", "POST", "/v1/data-requests/{request_id}/answer", m.RequestView, body=(m.AnswerRequest,)
)
answer_deletion_statement: Final = Operation(
    "answer_deletion_statement",
    "POST",
    "/v1/agreements/{agreement_id}/deletion-answer",
    m.DeletionView,
    body=(m.AnswerDeletion,),
)
answer_delivery_plan: Final = Operation(
    "answer_delivery_plan",
    "POST",
    "/v1/delivery-plans/{delivery_plan_id}/answer",
    m.DeliveryPlanView,
    body=(m.AnswerDeliveryPlan,),
)
answer_income_check: Final = Operation(
    "answer_income_check",
    "POST",
    "/v1/income-checks/{income_check_id}/answer",
    m.IncomeCheckView,
    body=(m.AnswerCheck,),
)
answer_objection: Final = Operation(
    "answer_objection", "POST", "/v1/objections/{objection_id}/answer", m.ObjectionView, body=(m.AnswerObjection,)
)
answer_proposal: Final = Operation(
    "answer_proposal",
    "POST",
    "/v1/complaints/{complaint_id}/proposal-answer",
    m.ComplaintView,
    body=(m.AnswerProposal,),
    keyed=True,
)
answer_rating: Final = Operation(
    "answer_rating", "POST", "/v1/ratings/{rating_id}/answer", m.RatingView, body=(m.AnswerRating,)
)
answer_redelivery: Final = Operation(
    "answer_redelivery",
    "POST",
    "/v1/complaints/{complaint_id}/redelivery-answer",
    m.ComplaintView,
    body=(m.AnswerRedelivery,),
    keyed=True,
)
answer_redelivery_request: Final = Operation(
    "answer_redelivery_request",
    "POST",
    "/v1/redeliveries/{redelivery_id}/answer",
    m.RedeliveryView,
    body=(m.AnswerRedeliveryRequest,),
)
answer_termination: Final = Operation(
    "answer_termination",
    "POST",
    "/v1/terminations/{termination_id}/answer",
    m.TerminationView,
    body=(m.AnswerTermination,),
)
answer_transfer: Final = Operation(
    "answer_transfer",
    "POST",
    "/v1/registrations/{registration_id}/transferee",
    m.RegistrationView,
    body=(m.AnswerTransfer,),
)
appeal_complaint: Final = Operation(
    "appeal_complaint", "POST", "/v1/complaints/{complaint_id}/appeal", m.ComplaintView, body=(m.AppealDecision,)
)
apply_about_certificate: Final = Operation(
    "apply_about_certificate",
    "POST",
    "/v1/certificates/{certificate}/registrations",
    m.RegistrationView,
    body=(
        m.ApplyForTransfer,
        m.ApplyForChange,
        m.ApplyForRenewal,
        m.ApplyForCorrection,
        m.ApplyForCancellation,
        m.RecordLicence,
    ),
    keyed=True,
)
apply_for_admission: Final = Operation(
    "apply_for_admission", "POST", "/v1/parties", m.AdmissionView, body=(m.ApplyForAdmission,)
)
apply_for_registration: Final = Operation(
    "apply_for_registration",
    "POST",
    "/v1/registrations",
    m.RegistrationView,
    body=(m.ApplyForRegistration,),
    keyed=True,
)
apply_manifests: Final = Operation(
    "apply_manifests", "POST", "/v1/manifests/applications", m.ManifestApplication, body=(m.ApplyManifests,), keyed=True
)
appraise_asset: Final = Operation(
    "appraise_asset", "POST", "/v1/assets/{asset_id}/appraisals", m.AppraisalView, body=(m.AppraiseAsset,), keyed=True
)
approve_batch: Final = Operation(
    "approve_batch",
    "POST",
    "/v1/payout-batches/{payout_batch_id}/approval",
    m.PayoutBatchView,
    body=(m.ApproveBatch,),
    keyed=True,
)
approve_cart: Final = Operation(
    "approve_cart", "POST", "/v1/carts/{cart_id}/approvals", m.ApprovalView, body=(m.ApproveCart,), keyed=True
)
approve_computing_template: Final = Operation(
    "approve_computing_template", "POST", "/v1/computing-templates/{template_id}/approve", m.TemplateView
)
approve_correction: Final = Operation(
    "approve_correction", "POST", "/v1/ledger/corrections/{correction_id}/approval", m.LedgerCorrectionView, keyed=True
)
approve_destruction: Final = Operation(
    "approve_destruction",
    "POST",
    "/v1/destructions/{destruction_id}/approval",
    m.DestructionView,
    body=(m.ApproveDestruction,),
)
approve_joint_run: Final = Operation(
    "approve_joint_run", "POST", "/v1/joint-runs/{joint_run_id}/approve", m.JointRunView, body=(m.JointReason,)
)
approve_mandate_order: Final = Operation(
    "approve_mandate_order",
    "POST",
    "/v1/mandate-orders/{mandate_order_id}/approval",
    m.MandateOrderView,
    body=(m.ApproveMandateOrder,),
)
approve_negotiation: Final = Operation(
    "approve_negotiation",
    "POST",
    "/v1/negotiations/{negotiation_id}/approvals",
    m.ApprovalView,
    body=(m.ApproveNegotiation,),
    keyed=True,
)
approve_refund: Final = Operation(
    "approve_refund", "POST", "/v1/refunds/{refund_id}/approval", m.RefundView, body=(m.DecideRefund,), keyed=True
)
approve_stripe_explanation: Final = Operation(
    "approve_stripe_explanation",
    "POST",
    "/v1/stripe-transactions/{stripe_transaction_id}/explanation/approval",
    m.StripeTransactionView,
    keyed=True,
)
approve_write_off: Final = Operation(
    "approve_write_off",
    "POST",
    "/v1/clawback-write-offs/{write_off_id}/approval",
    m.WriteOffView,
    body=(m.DecideWriteOff,),
    keyed=True,
)
arrive_stripe_transaction: Final = Operation(
    "arrive_stripe_transaction",
    "POST",
    "/v1/stripe-transactions/{stripe_transaction_id}/arrival",
    m.StripeTransactionView,
    body=(m.ArriveTransaction,),
    keyed=True,
)
ask_aggregates: Final = Operation(
    "ask_aggregates", "POST", "/v1/orders/{order_id}/computing/queries", m.RunView, body=(m.AskAggregates,), keyed=True
)
ask_calculation: Final = Operation(
    "ask_calculation",
    "POST",
    "/v1/valuation-calculations",
    m.CalculationView,
    body=(m.CalculatePriceCap, m.CalculateGartner, m.CalculateOption, m.CalculateShapley, m.CalculatePool),
)
ask_clarification: Final = Operation(
    "ask_clarification",
    "POST",
    "/v1/quotation-requests/{rfq_id}/clarifications",
    m.ClarificationView,
    body=(m.AskClarification,),
    keyed=True,
)
ask_complaint_bundle: Final = Operation(
    "ask_complaint_bundle", "POST", "/v1/complaints/{complaint_id}/bundles", m.ComplaintBundleView, keyed=True
)
ask_for_book_check: Final = Operation("ask_for_book_check", "POST", "/v1/ledger/checks", m.BookCheckView, keyed=True)
ask_for_data: Final = Operation(
    "ask_for_data",
    "POST",
    "/v1/engagements/{engagement_id}/data-requests",
    m.RequestView,
    body=(m.AskForData,),
    keyed=True,
)
ask_for_trace: Final = Operation("ask_for_trace", "POST", "/v1/traces", m.TraceView, body=(m.AskForTrace,), keyed=True)
ask_joint_aggregates: Final = Operation(
    "ask_joint_aggregates",
    "POST",
    "/v1/joint-agreements/{joint_agreement_id}/queries",
    m.JointRunView,
    body=(m.AskJoint,),
    keyed=True,
)
ask_month_reopening: Final = Operation(
    "ask_month_reopening",
    "POST",
    "/v1/ledger/months/{month_closing_id}/reopening-request",
    m.MonthClosingView,
    body=(m.AskReopening,),
)
ask_part_redelivery: Final = Operation(
    "ask_part_redelivery",
    "POST",
    "/v1/delivery-parts/{delivery_part_id}/redeliveries",
    m.RedeliveryView,
    body=(m.AskRedelivery,),
    keyed=True,
)
ask_redelivery: Final = Operation(
    "ask_redelivery",
    "POST",
    "/v1/orders/{order_id}/redeliveries",
    m.RedeliveryView,
    body=(m.AskRedelivery,),
    keyed=True,
)
ask_simulation: Final = Operation(
    "ask_simulation", "POST", "/v1/appraisals/{appraisal_id}/simulation", m.SimulationView, body=(m.Simulate,)
)
ask_table_conversion: Final = Operation(
    "ask_table_conversion",
    "POST",
    "/v1/orders/{order_id}/table-conversions",
    m.TableConversionView,
    body=(m.AskConversion,),
    keyed=True,
)
ask_what_if: Final = Operation(
    "ask_what_if", "POST", "/v1/appraisals/{appraisal_id}/what-if", m.WhatIfView, body=(m.WhatIf,)
)
assign_bank_entry: Final = Operation(
    "assign_bank_entry",
    "POST",
    "/v1/bank-entries/{bank_entry_id}/assignment",
    m.BankEntryView,
    body=(m.AssignEntry,),
    keyed=True,
)
audit_appraisals: Final = ListOperation(
    "audit_appraisals",
    "GET",
    "/v1/audit/appraisals",
    m.AuditedAppraisalPage,
    m.AuditedAppraisal,
    query=(
        "valuer",
        "method",
        "standing",
        "currency",
        "based_from",
        "based_until",
        "expiring_within_days",
        "limit",
        "cursor",
    ),
)
audit_back_test: Final = Operation(
    "audit_back_test", "GET", "/v1/audit/back-test", m.BackTest, query=("standing", "based_from")
)
audit_outliers: Final = ListOperation(
    "audit_outliers",
    "GET",
    "/v1/audit/outliers",
    m.Outliers,
    m.Outlier,
    query=("valuer", "method", "standing", "peer", "threshold", "limit", "cursor"),
)
audit_revenue: Final = Operation(
    "audit_revenue",
    "POST",
    "/v1/subscriptions/{subscription_id}/audits",
    m.DeclarationView,
    body=(m.AuditRevenue,),
    keyed=True,
)
audit_unsupported_inputs: Final = ListOperation(
    "audit_unsupported_inputs",
    "GET",
    "/v1/audit/unsupported-inputs",
    m.UnsupportedInputs,
    m.Unsupported,
    query=("valuer", "method", "standing", "peer", "limit", "cursor"),
)
award_quote: Final = Operation(
    "award_quote", "POST", "/v1/quotes/{quote_id}/award", m.QuoteView, body=(m.AwardQuote,), keyed=True
)
begin_push: Final = Operation(
    "begin_push", "POST", "/v1/push-targets/{push_target_id}/pushes", m.PushView, body=(m.BeginPush,), keyed=True
)
cancel_book_check: Final = Operation(
    "cancel_book_check", "POST", "/v1/ledger/checks/{book_check_id}/cancellation", m.BookCheckView
)
cancel_certificate: Final = Operation(
    "cancel_certificate",
    "POST",
    "/v1/certificates/{certificate_id}/cancellation",
    m.CertificateView,
    body=(m.EndCertificate,),
)
cancel_computing_run: Final = Operation("cancel_computing_run", "POST", "/v1/computing-runs/{run_id}/cancel", m.RunView)
cancel_joint_run: Final = Operation("cancel_joint_run", "POST", "/v1/joint-runs/{joint_run_id}/cancel", m.JointRunView)
cancel_order: Final = Operation(
    "cancel_order", "POST", "/v1/orders/{order_id}/cancellation", m.OrderView, body=(m.CancelOrder,), keyed=True
)
cancel_payment: Final = Operation("cancel_payment", "POST", "/v1/payments/{payment_id}/cancel", m.PaymentView)
cancel_portfolio_run: Final = Operation(
    "cancel_portfolio_run", "POST", "/v1/portfolio-runs/{run_id}/cancellation", m.PortfolioRunView
)
cancel_program_run: Final = Operation(
    "cancel_program_run", "POST", "/v1/program-runs/{run_id}/cancel", m.ProgramRunView
)
cancel_push: Final = Operation("cancel_push", "POST", "/v1/pushes/{push_id}/cancel", m.PushView)
cancel_quality_run: Final = Operation(
    "cancel_quality_run", "POST", "/v1/quality-runs/{run_id}/cancellation", m.QualityRunView
)
cancel_quotation_request: Final = Operation(
    "cancel_quotation_request",
    "POST",
    "/v1/quotation-requests/{rfq_id}/cancellation",
    m.QuotationView,
    body=(m.EndRequest,),
)
cancel_subscription: Final = Operation(
    "cancel_subscription",
    "POST",
    "/v1/subscriptions/{subscription_id}/cancellation",
    m.SubscriptionView,
    body=(m.EndSubscription,),
)
cancel_trace: Final = Operation("cancel_trace", "POST", "/v1/traces/{trace_id}/cancellation", m.TraceView)
change_counterparty: Final = Operation(
    "change_counterparty",
    "PATCH",
    "/v1/dataspace/counterparties/{counterparty_id}",
    m.CounterpartyView,
    body=(m.ChangeCounterparty,),
)
change_member: Final = Operation(
    "change_member", "PATCH", "/v1/members/{member_id}", m.MemberView, body=(m.ChangeMember,)
)
check_contract_draft: Final = Operation(
    "check_contract_draft", "POST", "/v1/contract-models/{model_id}/check", m.DraftCheckView, body=(m.Draft,)
)
check_revision: Final = Operation(
    "check_revision", "POST", "/v1/certificates/{certificate}/revision-check", m.RevisionCheck, body=(m.EnterRevision,)
)
check_title: Final = Operation(
    "check_title", "POST", "/v1/assets/{asset_id}/title/check", m.TitleAnswer, body=(m.CheckTitle,)
)
close_counterparty: Final = Operation(
    "close_counterparty", "DELETE", "/v1/dataspace/counterparties/{counterparty_id}", m.CounterpartyView
)
close_month: Final = Operation(
    "close_month", "POST", "/v1/ledger/months/{month_closing_id}/closing", m.MonthClosingView
)
collect_bill: Final = Operation("collect_bill", "POST", "/v1/bills/{bill_id}/collection", m.BillView, keyed=True)
commit_bid: Final = Operation(
    "commit_bid", "POST", "/v1/auctions/{auction_id}/commitments", m.CommitmentView, body=(m.CommitBid,), keyed=True
)
compare_contract_drafts: Final = Operation(
    "compare_contract_drafts",
    "POST",
    "/v1/contract-models/{model_id}/redline",
    m.ContractRedlineView,
    body=(m.CompareDrafts,),
)
compare_listings: Final = Operation(
    "compare_listings", "GET", "/v1/listings/comparison", m.ComparisonView, query=("id",), needed=("id",)
)
compare_rounds: Final = Operation(
    "compare_rounds", "GET", "/v1/negotiations/{negotiation_id}/difference", m.RoundsDifference, query=("old", "new")
)
conclude_complaint: Final = Operation(
    "conclude_complaint",
    "POST",
    "/v1/complaints/{complaint_id}/conclusion",
    m.ComplaintView,
    body=(m.ConcludeComplaint,),
)
conclude_infringement_notice: Final = Operation(
    "conclude_infringement_notice",
    "POST",
    "/v1/infringement-notices/{notice_id}/conclusion",
    m.InfringementNoticeView,
    body=(m.ConcludeNotice,),
)
conclude_objection: Final = Operation(
    "conclude_objection",
    "POST",
    "/v1/objections/{objection_id}/conclusion",
    m.ObjectionView,
    body=(m.ConcludeObjection,),
)
confirm_deposit: Final = Operation(
    "confirm_deposit",
    "POST",
    "/v1/auction-bidders/{bidder_id}/deposit",
    m.BidderView,
    body=(m.ConfirmDeposit,),
    keyed=True,
)
confirm_deposit_return: Final = Operation(
    "confirm_deposit_return",
    "POST",
    "/v1/auction-bidders/{bidder_id}/deposit-return",
    m.BidderView,
    body=(m.ReturnDeposit,),
    keyed=True,
)
confirm_filing: Final = Operation("confirm_filing", "POST", "/v1/filings/{filing_id}/confirmation", m.FilingView)
confirm_part_receipt: Final = Operation(
    "confirm_part_receipt",
    "POST",
    "/v1/delivery-parts/{delivery_part_id}/receipt",
    m.DeliveryPartView,
    body=(m.ConfirmReceipt,),
    keyed=True,
)
confirm_payee_account: Final = Operation(
    "confirm_payee_account",
    "POST",
    "/v1/payee-accounts/{payee_account_id}/confirmation",
    m.PayeeAccountView,
    body=(m.ConfirmPayeeAccount,),
)
confirm_rate: Final = Operation(
    "confirm_rate", "POST", "/v1/exchange-rates/{rate_id}/confirmation", m.RateView, body=(m.DecideRate,)
)
confirm_receipt: Final = Operation(
    "confirm_receipt", "POST", "/v1/orders/{order_id}/receipt", m.DeliveryView, body=(m.ConfirmReceipt,), keyed=True
)
confirm_red_slip: Final = Operation("confirm_red_slip", "POST", "/v1/red-slips/{red_slip_id}/confirm", m.RedSlipView)
confirm_refund: Final = Operation(
    "confirm_refund", "POST", "/v1/refunds/{refund_id}/confirmation", m.RefundView, body=(m.ConfirmRefund,), keyed=True
)
confirm_transfer: Final = Operation(
    "confirm_transfer",
    "POST",
    "/v1/payments/{payment_id}/confirm",
    m.PaymentView,
    body=(m.ConfirmTransfer,),
    keyed=True,
)
connect_to_participant: Final = Operation(
    "connect_to_participant",
    "POST",
    "/v1/dataspace/participants/{party_id}/connections",
    m.NewCounterpartyView,
    body=(m.AddCounterparty,),
    keyed=True,
)
consent_to_engagement: Final = Operation(
    "consent_to_engagement", "POST", "/v1/engagements/{engagement_id}/consent", m.EngagementView
)
consent_to_joint_agreement: Final = Operation(
    "consent_to_joint_agreement",
    "POST",
    "/v1/joint-agreements/{joint_agreement_id}/consent",
    m.JointAgreementView,
    body=(m.ConsentJoint,),
)
consent_to_succession: Final = Operation(
    "consent_to_succession",
    "POST",
    "/v1/successions/{succession_id}/consent",
    m.SuccessionView,
    body=(m.SignAgreement,),
    keyed=True,
)
contest_filing: Final = Operation(
    "contest_filing", "POST", "/v1/filings/{filing_id}/contest", m.FilingView, body=(m.EndFiling,)
)
convert_currency: Final = Operation(
    "convert_currency",
    "GET",
    "/v1/currency-conversions",
    m.ConversionView,
    query=("amount", "currency", "into", "on"),
    needed=("amount", "currency", "into"),
)
convert_subscription: Final = Operation(
    "convert_subscription", "POST", "/v1/subscriptions/{subscription_id}/conversion", m.SubscriptionView
)
count_desk: Final = Operation("count_desk", "GET", "/v1/desk/counts", list[m.DeskCount], query=("waits_for",))
counter_infringement_notice: Final = Operation(
    "counter_infringement_notice",
    "POST",
    "/v1/infringement-notices/{notice_id}/counter-statement",
    m.InfringementNoticeView,
    body=(m.CounterNotice,),
)
counter_negotiation: Final = Operation(
    "counter_negotiation",
    "POST",
    "/v1/negotiations/{negotiation_id}/rounds",
    m.NegotiationView,
    body=(m.CounterNegotiation,),
    keyed=True,
)
create_asset: Final = Operation("create_asset", "POST", "/v1/assets", m.AssetView, body=(m.CreateAsset,), keyed=True)
create_auction: Final = Operation(
    "create_auction", "POST", "/v1/auctions", m.AuctionView, body=(m.CreateAuction,), keyed=True
)
create_key: Final = Operation("create_key", "POST", "/v1/api-keys", m.NewKeyView, body=(m.CreateKey,))
create_listing: Final = Operation(
    "create_listing", "POST", "/v1/listings", m.ListingView, body=(m.CreateListing,), keyed=True
)
create_quotation_request: Final = Operation(
    "create_quotation_request", "POST", "/v1/quotation-requests", m.QuotationView, body=(m.CreateRequest,), keyed=True
)
create_webhook: Final = Operation(
    "create_webhook", "POST", "/v1/webhooks", m.NewWebhookView, body=(m.CreateWebhook,), keyed=True
)
decide_acceptance: Final = Operation(
    "decide_acceptance",
    "POST",
    "/v1/registrations/{registration_id}/acceptance",
    m.RegistrationView,
    body=(m.DecideAcceptance,),
)
decide_access: Final = Operation(
    "decide_access", "POST", "/v1/orders/{order_id}/decisions", m.AccessDecisionView, body=(m.Access,)
)
decide_admission: Final = Operation(
    "decide_admission", "POST", "/v1/parties/{party_id}/admission", m.PartyView, body=(m.DecideAdmission,)
)
decide_classification: Final = Operation(
    "decide_classification",
    "POST",
    "/v1/accounting-decisions",
    m.DecisionView,
    body=(m.DecideClassification,),
    keyed=True,
)
decide_complaint: Final = Operation(
    "decide_complaint", "POST", "/v1/complaints/{complaint_id}/decision", m.ComplaintView, body=(m.DecideComplaint,)
)
decide_price_spread: Final = Operation(
    "decide_price_spread",
    "POST",
    "/v1/price-spreads/{price_spread_id}/decision",
    m.PriceSpreadView,
    body=(m.DecideSpread,),
)
decide_transfer_reversal: Final = Operation(
    "decide_transfer_reversal",
    "POST",
    "/v1/transfer-reversals/{transfer_reversal_id}/decision",
    m.TransferReversalView,
    body=(m.DecideReversal,),
    keyed=True,
)
declare_classification: Final = Operation(
    "declare_classification",
    "POST",
    "/v1/assets/{asset_id}/classification",
    m.ClassificationView,
    body=(m.DeclareClassification,),
    keyed=True,
)
declare_interests: Final = Operation(
    "declare_interests",
    "POST",
    "/v1/practitioners/{practitioner_id}/interests",
    m.PractitionerView,
    body=(m.DeclareInterests,),
)
declare_parent: Final = Operation(
    "declare_parent", "POST", "/v1/assets/{asset_id}/parents", m.LineageView, body=(m.DeclareParent,), keyed=True
)
declare_payee_account: Final = Operation(
    "declare_payee_account", "POST", "/v1/payee-accounts", m.PayeeAccountView, body=(m.DeclarePayeeAccount,), keyed=True
)
declare_revenue: Final = Operation(
    "declare_revenue",
    "POST",
    "/v1/subscriptions/{subscription_id}/declarations",
    m.DeclarationView,
    body=(m.DeclareRevenue,),
    keyed=True,
)
decline_agreement: Final = Operation(
    "decline_agreement",
    "POST",
    "/v1/agreements/{agreement_id}/refusal",
    m.AgreementView,
    body=(m.DeclineAgreement,),
    keyed=True,
)
decline_amendment: Final = Operation(
    "decline_amendment", "POST", "/v1/amendments/{amendment_id}/refusal", m.AmendmentView, body=(m.EndAmendment,)
)
decline_engagement: Final = Operation(
    "decline_engagement", "POST", "/v1/engagements/{engagement_id}/refusal", m.EngagementView, body=(m.GiveReason,)
)
decline_quotes: Final = Operation(
    "decline_quotes", "POST", "/v1/quotation-requests/{rfq_id}/no-award", m.QuotationView, body=(m.EndRequest,)
)
decline_renewal: Final = Operation(
    "decline_renewal", "POST", "/v1/renewals/{renewal_id}/refusal", m.RenewalView, body=(m.EndRenewal,)
)
decline_test: Final = Operation(
    "decline_test", "POST", "/v1/third-party-tests/{test_id}/refusal", m.TestView, body=(m.EndTest,)
)
delete_saved_search: Final = Operation(
    "delete_saved_search", "DELETE", "/v1/saved-searches/{search_id}", type(None), media=()
)
delist_listing: Final = Operation(
    "delist_listing", "POST", "/v1/listings/{listing_id}/delisting", m.ListingView, body=(m.DelistListing,)
)
deliver_again: Final = Operation(
    "deliver_again", "POST", "/v1/redeliveries/{redelivery_id}/delivery", m.RedeliveryView, body=(m.DeliverAgain,)
)
deny_red_slip: Final = Operation("deny_red_slip", "POST", "/v1/red-slips/{red_slip_id}/deny", m.RedSlipView)
determine_public_data: Final = Operation(
    "determine_public_data",
    "POST",
    "/v1/registrations/{registration_id}/public-data",
    m.RegistrationView,
    body=(m.DeterminePublicData,),
)
discard_cart: Final = Operation("discard_cart", "POST", "/v1/carts/{cart_id}/discard", m.CartView)
discard_job: Final = Operation("discard_job", "POST", "/v1/jobs/{job_id}/discard", m.JobView, body=(m.DiscardJob,))
discharge_obligation: Final = Operation(
    "discharge_obligation",
    "POST",
    "/v1/obligations/{obligation_id}/discharge",
    m.ObligationView,
    body=(m.DischargeObligation,),
)
draft_agreement: Final = Operation(
    "draft_agreement", "POST", "/v1/orders/{order_id}/agreement", m.AgreementView, keyed=True
)
draft_dataspace_agreement: Final = Operation(
    "draft_dataspace_agreement",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/agreement-draft",
    m.DataspaceNegotiationView,
    keyed=True,
)
draft_mandate: Final = Operation(
    "draft_mandate", "POST", "/v1/mandates", m.MandateView, body=(m.DraftMandate,), keyed=True
)
draw_bill_statement: Final = Operation(
    "draw_bill_statement", "POST", "/v1/bills/{bill_id}/statement", m.IssuedPaperView, keyed=True
)
draw_monthly_statement: Final = Operation(
    "draw_monthly_statement", "POST", "/v1/monthly-statements", m.IssuedPaperView, body=(m.DrawMonth,), keyed=True
)
draw_note: Final = Operation("draw_note", "POST", "/v1/accounting-notes", m.NoteView, body=(m.DrawNote,), keyed=True)
draw_payout_advice: Final = Operation(
    "draw_payout_advice", "POST", "/v1/payouts/{payout_id}/advice-paper", m.IssuedPaperView, keyed=True
)
draw_tax_summary: Final = Operation(
    "draw_tax_summary", "POST", "/v1/tax-summaries", m.IssuedPaperView, body=(m.DrawTaxSummary,), keyed=True
)
edit_asset: Final = Operation("edit_asset", "PATCH", "/v1/assets/{asset_id}", m.AssetView, body=(m.EditAsset,))
edit_rating: Final = Operation("edit_rating", "PUT", "/v1/ratings/{rating_id}", m.RatingView, body=(m.GiveRating,))
enable_webhook: Final = Operation("enable_webhook", "POST", "/v1/webhooks/{webhook_id}/activation", m.WebhookView)
end_grant: Final = Operation("end_grant", "POST", "/v1/grants/{grant_id}/end", m.GrantView, body=(m.EndGrant,))
end_joint_agreement: Final = Operation(
    "end_joint_agreement",
    "POST",
    "/v1/joint-agreements/{joint_agreement_id}/end",
    m.JointAgreementView,
    body=(m.JointReason,),
)
end_mediation: Final = Operation(
    "end_mediation", "POST", "/v1/complaints/{complaint_id}/mediation-end", m.ComplaintView
)
end_member_session: Final = Operation(
    "end_member_session", "DELETE", "/v1/member-sessions/{session_id}", type(None), media=()
)
end_practice: Final = Operation("end_practice", "POST", "/v1/practitioners/{practitioner_id}/end", m.PractitionerView)
enter_card_evidence: Final = Operation(
    "enter_card_evidence",
    "POST",
    "/v1/card-disputes/{card_dispute_id}/evidence",
    m.CardDisputeView,
    body=(m.CardEvidence,),
)
enter_rate: Final = Operation("enter_rate", "POST", "/v1/exchange-rates", m.RateView, body=(m.EnterRate,), keyed=True)
enter_red_slip: Final = Operation(
    "enter_red_slip",
    "POST",
    "/v1/credit-notes/{credit_note_id}/slips",
    m.CreditNoteView,
    body=(m.EnterSlip,),
    keyed=True,
)
enter_registration: Final = Operation(
    "enter_registration", "POST", "/v1/registrations/{registration_id}/entry", m.RegistrationView
)
enter_remark: Final = Operation(
    "enter_remark", "POST", "/v1/assets/{asset_id}/remarks", m.RemarkView, body=(m.EnterRemark,), keyed=True
)
enter_revision: Final = Operation(
    "enter_revision",
    "POST",
    "/v1/certificates/{certificate}/revisions",
    m.EnteredRevisionView,
    body=(m.EnterRevision,),
    keyed=True,
)
enter_service_outage: Final = Operation(
    "enter_service_outage", "POST", "/v1/service-outages", m.ServiceOutageView, body=(m.EnterOutage,), keyed=True
)
examine_infringement_notice: Final = Operation(
    "examine_infringement_notice",
    "POST",
    "/v1/infringement-notices/{notice_id}/examination",
    m.InfringementNoticeView,
    body=(m.ExamineNotice,),
)
explain_bank_entry: Final = Operation(
    "explain_bank_entry",
    "POST",
    "/v1/bank-entries/{bank_entry_id}/explanation",
    m.BankEntryView,
    body=(m.ExplainEntry,),
    keyed=True,
)
explain_price_spread: Final = Operation(
    "explain_price_spread",
    "POST",
    "/v1/price-spreads/{price_spread_id}/answer",
    m.PriceSpreadView,
    body=(m.ExplainSpread,),
)
explain_stripe_transaction: Final = Operation(
    "explain_stripe_transaction",
    "POST",
    "/v1/stripe-transactions/{stripe_transaction_id}/explanation",
    m.StripeTransactionView,
    body=(m.ExplainTransaction,),
    keyed=True,
)
export_audit: Final = Operation(
    "export_audit",
    "GET",
    "/v1/audit/exports/{report}",
    bytes,
    query=("format", "valuer", "method", "standing", "peer", "expiring_within_days", "threshold"),
    needed=("format",),
    media=(
        "application/vnd.apache.parquet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
    ),
)
export_journal: Final = Operation(
    "export_journal",
    "GET",
    "/v1/ledger/journal",
    bytes,
    query=("format", "since", "until"),
    media=("text/csv", "text/plain"),
)
extend_case: Final = Operation(
    "extend_case", "POST", "/v1/registrations/{registration_id}/extension", m.RegistrationView, body=(m.ExtendCase,)
)
fetch_bundle: Final = Operation(
    "fetch_bundle", "GET", "/bundles/{delivery_id}", bytes, query=("exp", "sp", "kid", "to", "sig"), media=("*/*",)
)
fetch_file: Final = Operation(
    "fetch_file", "GET", "/files/{file_id}", bytes, query=("exp", "sp", "kid", "to", "sig"), media=("*/*",)
)
fetch_table_conversion: Final = Operation(
    "fetch_table_conversion",
    "GET",
    "/table-conversions/{table_conversion_id}",
    bytes,
    query=("exp", "sp", "kid", "to", "sig"),
    media=("*/*",),
)
file_complaint: Final = Operation(
    "file_complaint", "POST", "/v1/complaints", m.ComplaintView, body=(m.FileComplaint,), keyed=True
)
file_contract: Final = Operation(
    "file_contract", "POST", "/v1/filings", m.FilingView, body=(m.FileContract,), keyed=True
)
file_deletion_statement: Final = Operation(
    "file_deletion_statement",
    "POST",
    "/v1/agreements/{agreement_id}/deletion-statement",
    m.DeletionView,
    body=(m.FileDeletion,),
    keyed=True,
)
find_near_comparables: Final = Operation(
    "find_near_comparables",
    "GET",
    "/v1/assets/{asset_id}/comparables",
    m.NearView,
    query=("mode", "currency", "base_date", "kind"),
)
finish_use: Final = Operation(
    "finish_use", "POST", "/v1/usage-events/{event_id}/outcome", m.UseResult, body=(m.FinishUse,)
)
forward_counter_statement: Final = Operation(
    "forward_counter_statement",
    "POST",
    "/v1/infringement-notices/{notice_id}/forwarding",
    m.InfringementNoticeView,
    body=(m.ForwardCounter,),
)
get_agreement: Final = Operation("get_agreement", "GET", "/v1/agreements/{agreement_id}", m.AgreementView)
get_agreement_openapi: Final = Operation(
    "get_agreement_openapi", "GET", "/v1/agreements/{agreement_id}/openapi", dict[str, Any]
)
get_agreement_policy: Final = Operation(
    "get_agreement_policy", "GET", "/v1/agreements/{agreement_id}/policy", m.AgreementPolicyView
)
get_amendment: Final = Operation("get_amendment", "GET", "/v1/amendments/{amendment_id}", m.AmendmentView)
get_api_interface: Final = Operation(
    "get_api_interface", "GET", "/v1/listings/{listing_id}/api-interface", m.InterfaceView
)
get_appraisal: Final = Operation("get_appraisal", "GET", "/v1/appraisals/{appraisal_id}", m.AppraisalView)
get_asset: Final = Operation("get_asset", "GET", "/v1/assets/{asset_id}", m.AssetView)
get_asset_earnings: Final = Operation("get_asset_earnings", "GET", "/v1/assets/{asset_id}/earnings", m.EarningsView)
get_auction: Final = Operation("get_auction", "GET", "/v1/auctions/{auction_id}", m.AuctionView)
get_auction_record: Final = Operation("get_auction_record", "GET", "/v1/auctions/{auction_id}/record", m.AuctionRecord)
get_bank_account: Final = Operation("get_bank_account", "GET", "/v1/bank-accounts/{bank_account_id}", m.BankAccountView)
get_bank_entry: Final = Operation("get_bank_entry", "GET", "/v1/bank-entries/{bank_entry_id}", m.BankEntryView)
get_batch: Final = Operation("get_batch", "GET", "/v1/payout-batches/{payout_batch_id}", m.PayoutBatchView)
get_batch_file: Final = Operation(
    "get_batch_file", "GET", "/v1/payout-batches/{payout_batch_id}/file", bytes, media=("application/xml",)
)
get_bill: Final = Operation("get_bill", "GET", "/v1/bills/{bill_id}", m.BillDetail)
get_book_check: Final = Operation("get_book_check", "GET", "/v1/ledger/checks/{book_check_id}", m.BookCheckView)
get_caller: Final = Operation("get_caller", "GET", "/v1/whoami", m.WhoAmI)
get_card_dispute: Final = Operation("get_card_dispute", "GET", "/v1/card-disputes/{card_dispute_id}", m.CardDisputeView)
get_cart: Final = Operation("get_cart", "GET", "/v1/carts/{cart_id}", m.CartView)
get_catalogue: Final = Operation(
    "get_catalogue",
    "GET",
    "/v1/catalogue",
    bytes,
    query=("limit", "cursor"),
    media=("application/ld+json", "text/turtle"),
)
get_catalogue_record: Final = Operation(
    "get_catalogue_record", "GET", "/v1/catalogue/{listing_id}", bytes, media=("application/ld+json", "text/turtle")
)
get_certificate: Final = Operation("get_certificate", "GET", "/v1/certificates/{certificate}", m.CertificateView)
get_certificate_pdf: Final = Operation(
    "get_certificate_pdf", "GET", "/v1/certificates/{certificate}/pdf", bytes, media=("application/pdf",)
)
get_checklist: Final = Operation("get_checklist", "GET", "/v1/accounting-checklist", list[m.QuestionView])
get_checkpoint: Final = Operation("get_checkpoint", "GET", "/log/checkpoint", str, media=("text/plain",))
get_checkpoint_of: Final = Operation(
    "get_checkpoint_of", "GET", "/v1/log/checkpoints/{size}", str, media=("text/plain",)
)
get_classification: Final = Operation(
    "get_classification", "GET", "/v1/assets/{asset_id}/classification", m.ClassificationView
)
get_clock: Final = Operation("get_clock", "GET", "/v1/sandbox/clock", m.ClockView)
get_complaint: Final = Operation("get_complaint", "GET", "/v1/complaints/{complaint_id}", m.ComplaintView)
get_complaint_bundle: Final = Operation(
    "get_complaint_bundle",
    "GET",
    "/v1/complaints/{complaint_id}/bundles/{bundle_id}",
    bytes,
    media=("application/zip",),
)
get_complaint_file: Final = Operation(
    "get_complaint_file", "GET", "/v1/complaints/{complaint_id}/files/{number}", bytes, media=("*/*",)
)
get_complaint_pdf: Final = Operation(
    "get_complaint_pdf",
    "GET",
    "/v1/complaints/{complaint_id}/documents/{document_id}/pdf",
    bytes,
    media=("application/pdf",),
)
get_complaint_statistics: Final = Operation(
    "get_complaint_statistics", "GET", "/v1/complaint-statistics", m.ComplaintStatisticsView, query=("since", "until")
)
get_computing_allowance: Final = Operation(
    "get_computing_allowance", "GET", "/v1/orders/{order_id}/computing", m.AllowanceView
)
get_computing_offer: Final = Operation(
    "get_computing_offer", "GET", "/v1/listings/{listing_id}/computing-offer", m.ComputingOfferView
)
get_computing_run: Final = Operation("get_computing_run", "GET", "/v1/computing-runs/{run_id}", m.RunView)
get_computing_template: Final = Operation(
    "get_computing_template", "GET", "/v1/computing-templates/{template_id}", m.TemplateView
)
get_consistency: Final = Operation(
    "get_consistency",
    "GET",
    "/v1/log/consistency",
    str,
    query=("old", "new"),
    needed=("old", "new"),
    media=("text/plain",),
)
get_contract_model: Final = Operation(
    "get_contract_model", "GET", "/v1/contract-models/{model_id}", m.ContractModelView
)
get_correction: Final = Operation(
    "get_correction", "GET", "/v1/ledger/corrections/{correction_id}", m.LedgerCorrectionView
)
get_counterparty: Final = Operation(
    "get_counterparty", "GET", "/v1/dataspace/counterparties/{counterparty_id}", m.CounterpartyView
)
get_credential: Final = Operation(
    "get_credential", "GET", "/v1/documents/{document_id}/credential", dict[str, Any], media=("application/vc+json",)
)
get_credit_note: Final = Operation("get_credit_note", "GET", "/v1/credit-notes/{credit_note_id}", m.CreditNoteView)
get_credit_note_en16931: Final = Operation(
    "get_credit_note_en16931", "GET", "/v1/credit-notes/{credit_note_id}/en16931", dict[str, Any]
)
get_data_contract: Final = Operation("get_data_contract", "GET", "/v1/data-contracts/{contract_id}", dict[str, Any])
get_data_contract_odcs: Final = Operation(
    "get_data_contract_odcs", "GET", "/v1/data-contracts/{contract_id}/odcs", dict[str, Any]
)
get_dataspace_agreement: Final = Operation(
    "get_dataspace_agreement", "GET", "/v1/dataspace/agreements/{dataspace_agreement_id}", m.DataspaceAgreementView
)
get_dataspace_negotiation: Final = Operation(
    "get_dataspace_negotiation",
    "GET",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}",
    m.DataspaceNegotiationView,
)
get_dataspace_transfer: Final = Operation(
    "get_dataspace_transfer", "GET", "/v1/dataspace/transfers/{dataspace_transfer_id}", m.DataspaceTransferView
)
get_decision: Final = Operation("get_decision", "GET", "/v1/accounting-decisions/{decision_id}", m.DecisionView)
get_delivery: Final = Operation("get_delivery", "GET", "/v1/orders/{order_id}/delivery", m.DeliveryView)
get_delivery_part: Final = Operation(
    "get_delivery_part", "GET", "/v1/delivery-parts/{delivery_part_id}", m.DeliveryPartView
)
get_delivery_plan: Final = Operation(
    "get_delivery_plan", "GET", "/v1/delivery-plans/{delivery_plan_id}", m.DeliveryPlanView
)
get_desensitisation: Final = Operation(
    "get_desensitisation", "GET", "/v1/desensitisations/{treatment_id}", m.DesensitisationView
)
get_destruction: Final = Operation("get_destruction", "GET", "/v1/destructions/{destruction_id}", m.DestructionView)
get_did: Final = Operation("get_did", "GET", "/.well-known/did.json", dict[str, Any])
get_document: Final = Operation("get_document", "GET", "/v1/documents/{document_id}", dict[str, Any])
get_engagement: Final = Operation("get_engagement", "GET", "/v1/engagements/{engagement_id}", m.EngagementView)
get_entitlement: Final = Operation("get_entitlement", "GET", "/v1/entitlements/{order_id}", m.EntitlementView)
get_entry: Final = Operation("get_entry", "GET", "/v1/ledger/entries/{ledger_entry_id}", m.EntryView)
get_entry_proof: Final = Operation(
    "get_entry_proof", "GET", "/v1/log/entries/{entry_id}/proof", str, media=("text/plain",)
)
get_evidence: Final = Operation(
    "get_evidence", "GET", "/v1/registrations/{registration_id}/evidence/{evidence_id}", bytes, media=("*/*",)
)
get_evidence_bundle: Final = Operation(
    "get_evidence_bundle", "GET", "/v1/assets/{asset_id}/evidence-bundle", bytes, media=("application/zip",)
)
get_file: Final = Operation("get_file", "GET", "/v1/files/{file_id}", m.FileView)
get_filed_document: Final = Operation(
    "get_filed_document", "GET", "/v1/filings/{filing_id}/document", bytes, media=("*/*",)
)
get_filing: Final = Operation("get_filing", "GET", "/v1/filings/{filing_id}", m.FilingView)
get_income_check: Final = Operation("get_income_check", "GET", "/v1/income-checks/{income_check_id}", m.IncomeCheckView)
get_infringement_evidence: Final = Operation(
    "get_infringement_evidence", "GET", "/v1/infringement-notices/{notice_id}/evidence/{number}", bytes, media=("*/*",)
)
get_infringement_notice: Final = Operation(
    "get_infringement_notice", "GET", "/v1/infringement-notices/{notice_id}", m.InfringementNoticeView
)
get_integrity_finding: Final = Operation(
    "get_integrity_finding", "GET", "/v1/integrity-findings/{finding_id}", m.IntegrityFindingView
)
get_invoice: Final = Operation("get_invoice", "GET", "/v1/invoices/{invoice_id}", m.InvoiceView)
get_invoice_details: Final = Operation("get_invoice_details", "GET", "/v1/invoice-details", m.InvoiceDetailsView)
get_invoice_en16931: Final = Operation(
    "get_invoice_en16931", "GET", "/v1/invoices/{invoice_id}/en16931", dict[str, Any]
)
get_job: Final = Operation("get_job", "GET", "/v1/jobs/{job_id}", m.JobView)
get_joint_agreement: Final = Operation(
    "get_joint_agreement", "GET", "/v1/joint-agreements/{joint_agreement_id}", m.JointAgreementView
)
get_joint_allowance: Final = Operation(
    "get_joint_allowance", "GET", "/v1/joint-agreements/{joint_agreement_id}/allowance", m.JointAllowanceView
)
get_joint_run: Final = Operation("get_joint_run", "GET", "/v1/joint-runs/{joint_run_id}", m.JointRunView)
get_listed_terms: Final = Operation("get_listed_terms", "GET", "/v1/listings/{listing_id}/terms", m.ListedTerms)
get_listing: Final = Operation("get_listing", "GET", "/v1/listings/{listing_id}", m.ListingView)
get_listing_facets: Final = Operation(
    "get_listing_facets",
    "GET",
    "/v1/listings/facets",
    m.FacetsView,
    query=(
        "q",
        "theme",
        "sector",
        "grade",
        "price_kind",
        "delivery",
        "tested",
        "freshness",
        "territory",
        "provider",
        "price_max",
        "currency",
        "sort",
    ),
)
get_listing_fields: Final = Operation("get_listing_fields", "GET", "/v1/listings/{listing_id}/fields", m.DictionaryView)
get_listing_gates: Final = Operation("get_listing_gates", "GET", "/v1/listings/{listing_id}/gates", m.GatesView)
get_listing_lineage: Final = Operation(
    "get_listing_lineage", "GET", "/v1/listings/{listing_id}/lineage", m.LineageOfListing
)
get_listing_openapi: Final = Operation(
    "get_listing_openapi", "GET", "/v1/listings/{listing_id}/openapi", dict[str, Any]
)
get_mandate: Final = Operation("get_mandate", "GET", "/v1/mandates/{mandate_id}", m.MandateView)
get_mandate_order: Final = Operation(
    "get_mandate_order", "GET", "/v1/mandate-orders/{mandate_order_id}", m.MandateOrderView
)
get_mandate_usage: Final = Operation("get_mandate_usage", "GET", "/v1/mandates/{mandate_id}/usage", m.MandateUsage)
get_member: Final = Operation("get_member", "GET", "/v1/members/{member_id}", m.MemberView)
get_month_closing: Final = Operation(
    "get_month_closing", "GET", "/v1/ledger/months/{month_closing_id}", m.MonthClosingView
)
get_month_figures: Final = Operation(
    "get_month_figures", "GET", "/v1/ledger/months/{month_closing_id}/figures", list[m.FigureView]
)
get_negotiation: Final = Operation("get_negotiation", "GET", "/v1/negotiations/{negotiation_id}", m.NegotiationView)
get_negotiation_attachment: Final = Operation(
    "get_negotiation_attachment",
    "GET",
    "/v1/negotiations/{negotiation_id}/messages/{message_id}/attachments/{number}",
    bytes,
    media=("*/*",),
)
get_note: Final = Operation("get_note", "GET", "/v1/accounting-notes/{note_id}", m.NoteView)
get_objection: Final = Operation("get_objection", "GET", "/v1/objections/{objection_id}", m.ObjectionView)
get_objection_evidence: Final = Operation(
    "get_objection_evidence", "GET", "/v1/objections/{objection_id}/evidence/{evidence_id}", bytes, media=("*/*",)
)
get_obligation: Final = Operation("get_obligation", "GET", "/v1/obligations/{obligation_id}", m.ObligationView)
get_offer: Final = Operation("get_offer", "GET", "/v1/offers/{offer_id}", m.OfferView)
get_order: Final = Operation("get_order", "GET", "/v1/orders/{order_id}", m.OrderView)
get_order_attachment: Final = Operation(
    "get_order_attachment",
    "GET",
    "/v1/orders/{order_id}/messages/{message_id}/attachments/{number}",
    bytes,
    media=("*/*",),
)
get_order_gates: Final = Operation("get_order_gates", "GET", "/v1/orders/{order_id}/gates", list[m.GateSheetView])
get_order_rating: Final = Operation("get_order_rating", "GET", "/v1/orders/{order_id}/rating", m.RatingView)
get_order_share: Final = Operation("get_order_share", "GET", "/v1/orders/{order_id}/share", m.SharedTablesView)
get_own_balance: Final = Operation("get_own_balance", "GET", "/v1/ledger/own-balance", list[m.BalanceView])
get_own_statement: Final = ListOperation(
    "get_own_statement", "GET", "/v1/ledger/own-statement", m.AccountLinePage, m.AccountLine, query=("limit", "cursor")
)
get_page: Final = Operation("get_page", "GET", "/v1/documents/{document_id}/page", bytes, media=("text/html",))
get_paper: Final = Operation("get_paper", "GET", "/v1/papers/{paper_id}", m.IssuedPaperView)
get_paper_file: Final = Operation(
    "get_paper_file",
    "GET",
    "/v1/papers/{paper_id}/file",
    bytes,
    query=("format",),
    media=(
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
    ),
)
get_partial_result: Final = Operation(
    "get_partial_result", "GET", "/v1/quality-runs/{run_id}/partial-result", m.PartialResultView
)
get_participant: Final = Operation("get_participant", "GET", "/v1/dataspace/participant", m.ParticipantView)
get_party: Final = Operation("get_party", "GET", "/v1/parties/{party_id}", m.PartyView)
get_party_storage: Final = Operation("get_party_storage", "GET", "/v1/parties/{party_id}/storage", m.StorageView)
get_payee_account: Final = Operation(
    "get_payee_account", "GET", "/v1/payee-accounts/{payee_account_id}", m.PayeeAccountView
)
get_payment: Final = Operation("get_payment", "GET", "/v1/payments/{payment_id}", m.PaymentView)
get_payout: Final = Operation("get_payout", "GET", "/v1/payouts/{payout_id}", m.PayoutView)
get_payout_advice: Final = Operation("get_payout_advice", "GET", "/v1/payouts/{payout_id}/advice", m.PayoutAdviceView)
get_payout_standing: Final = Operation(
    "get_payout_standing", "GET", "/v1/payouts/standing", m.PayoutStandingView, query=("currency",)
)
get_permitted_income: Final = Operation(
    "get_permitted_income", "GET", "/v1/permitted-incomes/{permitted_income_id}", m.PermittedIncomeView
)
get_portfolio_appraisal: Final = Operation(
    "get_portfolio_appraisal", "GET", "/v1/portfolio-runs/{run_id}/items/{number}/appraisal", m.PortfolioAppraisalView
)
get_portfolio_run: Final = Operation("get_portfolio_run", "GET", "/v1/portfolio-runs/{run_id}", m.PortfolioRunView)
get_prepaid_statement: Final = ListOperation(
    "get_prepaid_statement", "GET", "/v1/prepaid/statement", m.AccountLinePage, m.AccountLine, query=("limit", "cursor")
)
get_price_band: Final = Operation("get_price_band", "GET", "/v1/listings/{listing_id}/price-band", m.PriceBandView)
get_price_spread: Final = Operation("get_price_spread", "GET", "/v1/price-spreads/{price_spread_id}", m.PriceSpreadView)
get_problem: Final = Operation("get_problem", "GET", "/v1/problems/{code}", m.ProblemView)
get_program_offer: Final = Operation(
    "get_program_offer", "GET", "/v1/listings/{listing_id}/program-offer", m.ProgramOfferView
)
get_program_run: Final = Operation("get_program_run", "GET", "/v1/program-runs/{run_id}", m.ProgramRunView)
get_program_service: Final = Operation("get_program_service", "GET", "/v1/program-service", m.ProgramServiceView)
get_push: Final = Operation("get_push", "GET", "/v1/pushes/{push_id}", m.PushView)
get_push_target: Final = Operation("get_push_target", "GET", "/v1/push-targets/{push_target_id}", m.PushTargetView)
get_quality_run: Final = Operation("get_quality_run", "GET", "/v1/quality-runs/{run_id}", m.QualityRunView)
get_quality_watch: Final = Operation(
    "get_quality_watch", "GET", "/v1/assets/{asset_id}/quality-watch", m.QualityWatchView
)
get_query_table: Final = Operation(
    "get_query_table", "GET", "/v1/agreements/{agreement_id}/tables/{table}", m.QueryTableView, query=("version",)
)
get_quotation_request: Final = Operation(
    "get_quotation_request", "GET", "/v1/quotation-requests/{rfq_id}", m.QuotationView
)
get_quote: Final = Operation("get_quote", "GET", "/v1/quotes/{quote_id}", m.QuoteView)
get_rating_formula: Final = Operation("get_rating_formula", "GET", "/v1/rating-formula", m.RatingFormulaView)
get_redelivery: Final = Operation("get_redelivery", "GET", "/v1/redeliveries/{redelivery_id}", m.RedeliveryView)
get_refund: Final = Operation("get_refund", "GET", "/v1/refunds/{refund_id}", m.RefundView)
get_register: Final = Operation(
    "get_register", "GET", "/v1/assets/{asset_id}/register", m.RegisterView, query=("at", "on")
)
get_registered_report: Final = Operation(
    "get_registered_report", "GET", "/v1/appraisal-register/{number}", m.RegisteredReport
)
get_registration: Final = Operation(
    "get_registration", "GET", "/v1/registrations/{registration_id}", m.RegistrationView
)
get_renewal: Final = Operation("get_renewal", "GET", "/v1/renewals/{renewal_id}", m.RenewalView)
get_report: Final = Operation(
    "get_report",
    "GET",
    "/v1/appraisals/{appraisal_id}/report",
    bytes,
    media=(
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/html",
    ),
)
get_report_html: Final = Operation(
    "get_report_html", "GET", "/v1/appraisals/{appraisal_id}/report.html", bytes, media=("text/html",)
)
get_report_json: Final = Operation(
    "get_report_json", "GET", "/v1/appraisals/{appraisal_id}/report.json", dict[str, Any]
)
get_report_pdf: Final = Operation(
    "get_report_pdf", "GET", "/v1/appraisals/{appraisal_id}/report.pdf", bytes, media=("application/pdf",)
)
get_report_xlsx: Final = Operation(
    "get_report_xlsx",
    "GET",
    "/v1/appraisals/{appraisal_id}/report.xlsx",
    bytes,
    media=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
)
get_rows: Final = Operation(
    "get_rows",
    "GET",
    "/v1/agreements/{agreement_id}/tables/{table}/rows",
    m.RowsView,
    query=("filter", "select", "limit", "cursor", "version"),
    keyed=True,
)
get_rulebook: Final = Operation("get_rulebook", "GET", "/v1/rulebook", m.RulebookView)
get_saved_search: Final = Operation("get_saved_search", "GET", "/v1/saved-searches/{search_id}", m.SavedSearchView)
get_scorecard: Final = Operation("get_scorecard", "GET", "/v1/scorecards/{scorecard_id}", m.ScorecardView)
get_scorecard_comparison: Final = Operation(
    "get_scorecard_comparison",
    "GET",
    "/v1/scorecards/{scorecard_id}/comparison",
    m.Comparison,
    query=("before",),
    needed=("before",),
)
get_scorecard_dqv: Final = Operation(
    "get_scorecard_dqv", "GET", "/v1/scorecards/{scorecard_id}/dqv", dict[str, Any], media=("application/ld+json",)
)
get_scorecard_odcs_results: Final = Operation(
    "get_scorecard_odcs_results", "GET", "/v1/scorecards/{scorecard_id}/odcs-results", dict[str, Any]
)
get_scorecard_openlineage: Final = Operation(
    "get_scorecard_openlineage", "GET", "/v1/scorecards/{scorecard_id}/openlineage", dict[str, Any]
)
get_sensitivity: Final = Operation(
    "get_sensitivity", "GET", "/v1/appraisals/{appraisal_id}/sensitivity", m.SensitivityView
)
get_service_record: Final = Operation(
    "get_service_record", "GET", "/v1/listings/{listing_id}/service-levels", m.ServiceRecordView
)
get_settlement: Final = Operation("get_settlement", "GET", "/v1/orders/{order_id}/settlement", m.SettlementView)
get_share_profile: Final = Operation("get_share_profile", "GET", "/v1/orders/{order_id}/share-profile", m.ShareProfile)
get_split: Final = Operation("get_split", "GET", "/v1/agreements/{agreement_id}/split", m.AgreementSplitView)
get_statement: Final = ListOperation(
    "get_statement",
    "GET",
    "/v1/ledger/accounts/{path}/statement",
    m.AccountLinePage,
    m.AccountLine,
    query=("since", "until", "limit", "cursor"),
)
get_statement_of_bank: Final = Operation(
    "get_statement_of_bank", "GET", "/v1/bank-statements/{bank_statement_id}", m.BankStatementView
)
get_statistics: Final = Operation("get_statistics", "GET", "/v1/statistics", m.StatisticsView, query=("months",))
get_statistics_table: Final = Operation(
    "get_statistics_table", "GET", "/v1/statistics/table", bytes, query=("months",), media=("text/csv",)
)
get_status_list: Final = Operation(
    "get_status_list", "GET", "/v1/status-lists/{year}", dict[str, Any], media=("application/vc+json",)
)
get_storage: Final = Operation("get_storage", "GET", "/v1/storage", m.StorageView)
get_stripe_transaction: Final = Operation(
    "get_stripe_transaction", "GET", "/v1/stripe-transactions/{stripe_transaction_id}", m.StripeTransactionView
)
get_subscription: Final = Operation(
    "get_subscription", "GET", "/v1/subscriptions/{subscription_id}", m.SubscriptionView
)
get_succession: Final = Operation("get_succession", "GET", "/v1/successions/{succession_id}", m.SuccessionView)
get_table_conversion: Final = Operation(
    "get_table_conversion", "GET", "/v1/table-conversions/{table_conversion_id}", m.TableConversionView
)
get_test: Final = Operation("get_test", "GET", "/v1/third-party-tests/{test_id}", m.TestView)
get_tile: Final = Operation("get_tile", "GET", "/log/tile/{path}", bytes, media=("application/octet-stream",))
get_title: Final = Operation("get_title", "GET", "/v1/assets/{asset_id}/title", m.TitleView, query=("at",))
get_trace: Final = Operation("get_trace", "GET", "/v1/traces/{trace_id}", m.TraceView)
get_transfer_reversal: Final = Operation(
    "get_transfer_reversal", "GET", "/v1/transfer-reversals/{transfer_reversal_id}", m.TransferReversalView
)
get_trial_balance: Final = Operation(
    "get_trial_balance", "GET", "/v1/ledger/trial-balance", list[m.TrialBalanceView], query=("until",)
)
get_trust: Final = Operation("get_trust", "GET", "/v1/trust", dict[str, Any])
get_upcoming_bill: Final = Operation(
    "get_upcoming_bill", "GET", "/v1/subscriptions/{subscription_id}/upcoming-bill", m.UpcomingBill
)
get_usage: Final = Operation(
    "get_usage", "GET", "/v1/subscriptions/{subscription_id}/usage", m.UsageView, query=("at",)
)
get_verifier: Final = Operation("get_verifier", "GET", "/v1/appraisal-verifier", bytes, media=("text/x-python",))
get_webhook: Final = Operation("get_webhook", "GET", "/v1/webhooks/{webhook_id}", m.WebhookView)
get_withheld_share: Final = Operation(
    "get_withheld_share", "GET", "/v1/withheld-shares/{share_id}", m.WithheldShareView
)
get_wrapping_keys: Final = Operation("get_wrapping_keys", "GET", "/v1/wrapping-keys", m.WrappingKeysView)
get_write_off: Final = Operation("get_write_off", "GET", "/v1/clawback-write-offs/{write_off_id}", m.WriteOffView)
give_approval: Final = Operation(
    "give_approval", "POST", "/v1/approvals", m.ApprovalView, body=(m.GiveApproval,), keyed=True
)
give_infringement_notice: Final = Operation(
    "give_infringement_notice",
    "POST",
    "/v1/listings/{listing_id}/infringement-notices",
    m.InfringementNoticeView,
    body=(m.GiveNotice,),
    keyed=True,
)
give_opinion: Final = Operation(
    "give_opinion", "POST", "/v1/engagements/{engagement_id}/opinions", m.OpinionView, body=(m.GiveOpinion,), keyed=True
)
give_rating: Final = Operation(
    "give_rating", "POST", "/v1/orders/{order_id}/rating", m.RatingView, body=(m.GiveRating,), keyed=True
)
hand_off_complaint: Final = Operation(
    "hand_off_complaint", "POST", "/v1/complaints/{complaint_id}/hand-off", m.ComplaintView, body=(m.HandOffComplaint,)
)
head_bundle: Final = Operation(
    "head_bundle", "HEAD", "/bundles/{delivery_id}", type(None), query=("exp", "sp", "kid", "to", "sig"), media=()
)
head_file: Final = Operation(
    "head_file", "HEAD", "/files/{file_id}", type(None), query=("exp", "sp", "kid", "to", "sig"), media=()
)
head_table_conversion: Final = Operation(
    "head_table_conversion",
    "HEAD",
    "/table-conversions/{table_conversion_id}",
    type(None),
    query=("exp", "sp", "kid", "to", "sig"),
    media=(),
)
import_statement: Final = Operation(
    "import_statement",
    "POST",
    "/v1/bank-accounts/{bank_account_id}/statements",
    m.BankStatementView,
    query=("form", "profile"),
    body=(bytes,),
    keyed=True,
)
invite_member: Final = Operation(
    "invite_member", "POST", "/v1/member-invitations", m.NewInvitation, body=(m.InviteMember,), keyed=True
)
issue_certificate: Final = Operation(
    "issue_certificate", "POST", "/v1/registrations/{registration_id}/certificate", m.RegistrationView, keyed=True
)
issue_credit_note: Final = Operation(
    "issue_credit_note",
    "POST",
    "/v1/invoices/{invoice_id}/credit-notes",
    m.CreditNoteView,
    body=(m.IssueCreditNote,),
    keyed=True,
)
issue_invoice: Final = Operation(
    "issue_invoice", "POST", "/v1/invoices/{invoice_id}/issue", m.InvoiceView, body=(m.IssueInvoice,), keyed=True
)
issue_payee_code: Final = Operation(
    "issue_payee_code", "POST", "/v1/payee-accounts/{payee_account_id}/code", m.PayeeCodeView, keyed=True
)
join_agreement: Final = Operation(
    "join_agreement",
    "POST",
    "/v1/successions/{succession_id}/joinder",
    m.SuccessionView,
    body=(m.SignAgreement,),
    keyed=True,
)
lift_legal_hold: Final = Operation("lift_legal_hold", "POST", "/v1/legal-holds/{hold_id}/lift", m.LegalHoldView)
lift_withheld_share: Final = Operation(
    "lift_withheld_share", "POST", "/v1/withheld-shares/{share_id}/lift", m.WithheldShareView, body=(m.DecideShare,)
)
list_accounts: Final = ListOperation(
    "list_accounts",
    "GET",
    "/v1/ledger/accounts",
    m.BalanceViewPage,
    m.BalanceView,
    query=("prefix", "until", "limit", "cursor"),
)
list_agreement_obligations: Final = Operation(
    "list_agreement_obligations", "GET", "/v1/agreements/{agreement_id}/obligations", list[m.ObligationView]
)
list_agreements: Final = ListOperation(
    "list_agreements",
    "GET",
    "/v1/agreements",
    m.AgreementSummaryPage,
    m.AgreementSummary,
    query=("status", "limit", "cursor"),
)
list_amendments: Final = ListOperation(
    "list_amendments",
    "GET",
    "/v1/agreements/{agreement_id}/amendments",
    m.AmendmentViewPage,
    m.AmendmentView,
    query=("limit", "cursor"),
)
list_api_changes: Final = Operation("list_api_changes", "GET", "/v1/changelog", list[m.ApiChangeView])
list_api_interfaces: Final = ListOperation(
    "list_api_interfaces",
    "GET",
    "/v1/assets/{asset_id}/api-interfaces",
    m.OwnInterfaceViewPage,
    m.OwnInterfaceView,
    query=("limit", "cursor"),
)
list_appraisals: Final = ListOperation(
    "list_appraisals",
    "GET",
    "/v1/appraisals",
    m.AppraisalSummaryPage,
    m.AppraisalSummary,
    query=("asset_id", "limit", "cursor"),
)
list_approval_rules: Final = ListOperation(
    "list_approval_rules",
    "GET",
    "/v1/approval-rules",
    m.ApprovalRuleViewPage,
    m.ApprovalRuleView,
    query=("limit", "cursor"),
)
list_approvals: Final = ListOperation(
    "list_approvals",
    "GET",
    "/v1/approvals",
    m.ApprovalViewPage,
    m.ApprovalView,
    query=("terms_digest", "limit", "cursor"),
)
list_assets: Final = ListOperation(
    "list_assets", "GET", "/v1/assets", m.AssetViewPage, m.AssetView, query=("limit", "cursor")
)
list_auction_marks: Final = Operation("list_auction_marks", "GET", "/v1/auctions/{auction_id}/marks", list[m.MarkView])
list_auctions: Final = ListOperation(
    "list_auctions", "GET", "/v1/auctions", m.AuctionViewPage, m.AuctionView, query=("limit", "cursor")
)
list_bank_accounts: Final = ListOperation(
    "list_bank_accounts",
    "GET",
    "/v1/bank-accounts",
    m.BankAccountViewPage,
    m.BankAccountView,
    query=("limit", "cursor"),
)
list_bank_entries: Final = ListOperation(
    "list_bank_entries",
    "GET",
    "/v1/bank-entries",
    m.BankEntryViewPage,
    m.BankEntryView,
    query=("status", "statement_id", "limit", "cursor"),
)
list_bank_profiles: Final = Operation("list_bank_profiles", "GET", "/v1/bank-profiles", list[m.ProfileView])
list_batches: Final = ListOperation(
    "list_batches",
    "GET",
    "/v1/payout-batches",
    m.BatchLineViewPage,
    m.BatchLineView,
    query=("status", "limit", "cursor"),
)
list_bidders: Final = ListOperation(
    "list_bidders",
    "GET",
    "/v1/auctions/{auction_id}/bidders",
    m.BidderViewPage,
    m.BidderView,
    query=("limit", "cursor"),
)
list_bids: Final = ListOperation(
    "list_bids", "GET", "/v1/auctions/{auction_id}/bids", m.BidViewPage, m.BidView, query=("limit", "cursor")
)
list_bills: Final = ListOperation(
    "list_bills", "GET", "/v1/bills", m.BillViewPage, m.BillView, query=("status", "subscription_id", "limit", "cursor")
)
list_book_checks: Final = ListOperation(
    "list_book_checks", "GET", "/v1/ledger/checks", m.BookCheckViewPage, m.BookCheckView, query=("limit", "cursor")
)
list_card_disputes: Final = ListOperation(
    "list_card_disputes",
    "GET",
    "/v1/card-disputes",
    m.CardDisputeViewPage,
    m.CardDisputeView,
    query=("status", "limit", "cursor"),
)
list_carts: Final = ListOperation(
    "list_carts", "GET", "/v1/carts", m.CartSummaryPage, m.CartSummary, query=("status", "limit", "cursor")
)
list_certificates: Final = ListOperation(
    "list_certificates",
    "GET",
    "/v1/certificates",
    m.CertificateViewPage,
    m.CertificateView,
    query=("asset_id", "status", "limit", "cursor"),
)
list_channel_keys: Final = ListOperation(
    "list_channel_keys",
    "GET",
    "/v1/orders/{order_id}/channel-keys",
    m.ChannelKeyViewPage,
    m.ChannelKeyView,
    query=("limit", "cursor"),
)
list_channel_uses: Final = ListOperation(
    "list_channel_uses",
    "GET",
    "/v1/channel-keys/{channel_key_id}/uses",
    m.ChannelUseViewPage,
    m.ChannelUseView,
    query=("limit", "cursor"),
)
list_checkpoints: Final = ListOperation(
    "list_checkpoints",
    "GET",
    "/v1/log/checkpoints",
    m.CheckpointViewPage,
    m.CheckpointView,
    query=("cursor", "witnessed", "limit"),
)
list_clarifications: Final = ListOperation(
    "list_clarifications",
    "GET",
    "/v1/quotation-requests/{rfq_id}/clarifications",
    m.ClarificationViewPage,
    m.ClarificationView,
    query=("limit", "cursor"),
)
list_clawbacks: Final = ListOperation(
    "list_clawbacks", "GET", "/v1/clawbacks", m.ClawbackViewPage, m.ClawbackView, query=("limit", "cursor")
)
list_commitments: Final = ListOperation(
    "list_commitments",
    "GET",
    "/v1/auctions/{auction_id}/commitments",
    m.CommitmentViewPage,
    m.CommitmentView,
    query=("limit", "cursor"),
)
list_comparables: Final = ListOperation(
    "list_comparables",
    "GET",
    "/v1/comparables",
    m.ComparableViewPage,
    m.ComparableView,
    query=("kind", "mode", "field", "limit", "cursor"),
)
list_complaint_bundles: Final = ListOperation(
    "list_complaint_bundles",
    "GET",
    "/v1/complaints/{complaint_id}/bundles",
    m.ComplaintBundleViewPage,
    m.ComplaintBundleView,
    query=("limit", "cursor"),
)
list_complaint_steps: Final = ListOperation(
    "list_complaint_steps",
    "GET",
    "/v1/complaints/{complaint_id}/steps",
    m.ComplaintStepViewPage,
    m.ComplaintStepView,
    query=("limit", "cursor"),
)
list_complaints: Final = ListOperation(
    "list_complaints",
    "GET",
    "/v1/complaints",
    m.ComplaintViewPage,
    m.ComplaintView,
    query=("status", "order", "limit", "cursor"),
)
list_computing_offers: Final = ListOperation(
    "list_computing_offers",
    "GET",
    "/v1/assets/{asset_id}/computing-offers",
    m.ComputingOfferViewPage,
    m.ComputingOfferView,
    query=("limit", "cursor"),
)
list_computing_runs: Final = ListOperation(
    "list_computing_runs", "GET", "/v1/computing-runs", m.RunViewPage, m.RunView, query=("order_id", "limit", "cursor")
)
list_computing_templates: Final = ListOperation(
    "list_computing_templates",
    "GET",
    "/v1/assets/{asset_id}/computing-templates",
    m.TemplateViewPage,
    m.TemplateView,
    query=("limit", "cursor"),
)
list_contract_models: Final = Operation("list_contract_models", "GET", "/v1/contract-models", m.ContractModelsView)
list_conversion_downloads: Final = ListOperation(
    "list_conversion_downloads",
    "GET",
    "/v1/table-conversions/{table_conversion_id}/downloads",
    m.ConversionDownloadViewPage,
    m.ConversionDownloadView,
    query=("limit", "cursor"),
)
list_corrections: Final = ListOperation(
    "list_corrections",
    "GET",
    "/v1/ledger/corrections",
    m.LedgerCorrectionViewPage,
    m.LedgerCorrectionView,
    query=("limit", "cursor"),
)
list_counterparties: Final = ListOperation(
    "list_counterparties",
    "GET",
    "/v1/dataspace/counterparties",
    m.CounterpartyViewPage,
    m.CounterpartyView,
    query=("limit", "cursor"),
)
list_credit_notes: Final = ListOperation(
    "list_credit_notes",
    "GET",
    "/v1/credit-notes",
    m.CreditNoteViewPage,
    m.CreditNoteView,
    query=("status", "invoice_id", "limit", "cursor"),
)
list_data_contracts: Final = ListOperation(
    "list_data_contracts",
    "GET",
    "/v1/data-contracts",
    m.DataContractSummaryPage,
    m.DataContractSummary,
    query=("asset_id", "limit", "cursor"),
)
list_data_requests: Final = ListOperation(
    "list_data_requests",
    "GET",
    "/v1/engagements/{engagement_id}/data-requests",
    m.RequestViewPage,
    m.RequestView,
    query=("limit", "cursor"),
)
list_dataspace_agreements: Final = ListOperation(
    "list_dataspace_agreements",
    "GET",
    "/v1/dataspace/agreements",
    m.DataspaceAgreementViewPage,
    m.DataspaceAgreementView,
    query=("limit", "cursor"),
)
list_dataspace_negotiations: Final = ListOperation(
    "list_dataspace_negotiations",
    "GET",
    "/v1/dataspace/negotiations",
    m.DataspaceNegotiationViewPage,
    m.DataspaceNegotiationView,
    query=("status", "limit", "cursor"),
)
list_dataspace_transfers: Final = ListOperation(
    "list_dataspace_transfers",
    "GET",
    "/v1/dataspace/transfers",
    m.DataspaceTransferViewPage,
    m.DataspaceTransferView,
    query=("status", "limit", "cursor"),
)
list_decisions: Final = ListOperation(
    "list_decisions",
    "GET",
    "/v1/accounting-decisions",
    m.DecisionViewPage,
    m.DecisionView,
    query=("asset_id", "limit", "cursor"),
)
list_declarations: Final = ListOperation(
    "list_declarations",
    "GET",
    "/v1/subscriptions/{subscription_id}/declarations",
    m.DeclarationViewPage,
    m.DeclarationView,
    query=("limit", "cursor"),
)
list_deletion_statements: Final = Operation(
    "list_deletion_statements", "GET", "/v1/agreements/{agreement_id}/deletion-statements", list[m.DeletionView]
)
list_deliveries: Final = ListOperation(
    "list_deliveries",
    "GET",
    "/v1/webhooks/{webhook_id}/deliveries",
    m.WebhookDeliveryViewPage,
    m.WebhookDeliveryView,
    query=("limit", "cursor"),
)
list_delivery_parts: Final = ListOperation(
    "list_delivery_parts",
    "GET",
    "/v1/orders/{order_id}/delivery-parts",
    m.DeliveryPartViewPage,
    m.DeliveryPartView,
    query=("limit", "cursor"),
)
list_delivery_plans: Final = ListOperation(
    "list_delivery_plans",
    "GET",
    "/v1/orders/{order_id}/delivery-plans",
    m.DeliveryPlanViewPage,
    m.DeliveryPlanView,
    query=("limit", "cursor"),
)
list_delivery_updates: Final = ListOperation(
    "list_delivery_updates",
    "GET",
    "/v1/orders/{order_id}/delivery/updates",
    m.DeliveryUpdateViewPage,
    m.DeliveryUpdateView,
    query=("limit", "cursor"),
)
list_desensitisations: Final = ListOperation(
    "list_desensitisations",
    "GET",
    "/v1/assets/{asset_id}/desensitisations",
    m.DesensitisationViewPage,
    m.DesensitisationView,
    query=("limit", "cursor"),
)
list_desk: Final = ListOperation(
    "list_desk", "GET", "/v1/desk", m.DeskItemPage, m.DeskItem, query=("waits_for", "kind", "limit", "cursor")
)
list_destructions: Final = ListOperation(
    "list_destructions", "GET", "/v1/destructions", m.DestructionViewPage, m.DestructionView, query=("limit", "cursor")
)
list_documents: Final = ListOperation(
    "list_documents",
    "GET",
    "/v1/documents",
    m.DocumentSummaryPage,
    m.DocumentSummary,
    query=("kind", "limit", "cursor"),
)
list_drafts: Final = ListOperation(
    "list_drafts",
    "GET",
    "/v1/engagements/{engagement_id}/drafts",
    m.DraftViewPage,
    m.DraftView,
    query=("limit", "cursor"),
)
list_engagements: Final = ListOperation(
    "list_engagements",
    "GET",
    "/v1/engagements",
    m.EngagementViewPage,
    m.EngagementView,
    query=("status", "limit", "cursor"),
)
list_entered_revisions: Final = ListOperation(
    "list_entered_revisions",
    "GET",
    "/v1/certificates/{certificate}/revisions",
    m.EnteredRevisionViewPage,
    m.EnteredRevisionView,
    query=("limit", "cursor"),
)
list_entries: Final = ListOperation(
    "list_entries",
    "GET",
    "/v1/ledger/entries",
    m.EntryViewPage,
    m.EntryView,
    query=("since", "until", "account", "subject", "limit", "cursor"),
)
list_events: Final = Operation("list_events", "GET", "/v1/events", m.EventViewPage, query=("after", "subject", "limit"))
list_files: Final = ListOperation(
    "list_files", "GET", "/v1/files", m.FileViewPage, m.FileView, query=("purpose", "limit", "cursor")
)
list_filings: Final = ListOperation(
    "list_filings", "GET", "/v1/filings", m.FilingViewPage, m.FilingView, query=("limit", "cursor")
)
list_gate_sheets: Final = ListOperation(
    "list_gate_sheets",
    "GET",
    "/v1/assets/{asset_id}/gate-sheets",
    m.GateSheetViewPage,
    m.GateSheetView,
    query=("limit", "cursor"),
)
list_gateway_calls: Final = ListOperation(
    "list_gateway_calls",
    "GET",
    "/v1/agreements/{agreement_id}/gateway-calls",
    m.GatewayCallViewPage,
    m.GatewayCallView,
    query=("limit", "cursor"),
)
list_gateway_days: Final = ListOperation(
    "list_gateway_days",
    "GET",
    "/v1/agreements/{agreement_id}/gateway-days",
    m.GatewayDayViewPage,
    m.GatewayDayView,
    query=("limit", "cursor"),
)
list_handed_over: Final = ListOperation(
    "list_handed_over",
    "GET",
    "/v1/agreements/{agreement_id}/handed-over",
    m.HandedOverPage,
    m.HandedOver,
    query=("limit", "cursor"),
)
list_inbox: Final = ListOperation(
    "list_inbox", "GET", "/v1/inbox", m.InboxEventViewPage, m.InboxEventView, query=("status", "limit", "cursor")
)
list_income_checks: Final = ListOperation(
    "list_income_checks",
    "GET",
    "/v1/income-checks",
    m.IncomeCheckViewPage,
    m.IncomeCheckView,
    query=("status", "limit", "cursor"),
)
list_infringement_notices: Final = ListOperation(
    "list_infringement_notices",
    "GET",
    "/v1/infringement-notices",
    m.InfringementNoticeViewPage,
    m.InfringementNoticeView,
    query=("status", "limit", "cursor"),
)
list_integrity_findings: Final = ListOperation(
    "list_integrity_findings",
    "GET",
    "/v1/integrity-findings",
    m.IntegrityFindingViewPage,
    m.IntegrityFindingView,
    query=("limit", "cursor"),
)
list_integrity_nights: Final = ListOperation(
    "list_integrity_nights",
    "GET",
    "/v1/integrity-nights",
    m.IntegrityNightViewPage,
    m.IntegrityNightView,
    query=("limit", "cursor"),
)
list_invoices: Final = ListOperation(
    "list_invoices", "GET", "/v1/invoices", m.InvoiceViewPage, m.InvoiceView, query=("status", "limit", "cursor")
)
list_jobs: Final = ListOperation(
    "list_jobs", "GET", "/v1/jobs", m.JobViewPage, m.JobView, query=("status", "limit", "cursor")
)
list_joint_agreements: Final = ListOperation(
    "list_joint_agreements",
    "GET",
    "/v1/joint-agreements",
    m.JointAgreementViewPage,
    m.JointAgreementView,
    query=("limit", "cursor"),
)
list_joint_runs: Final = ListOperation(
    "list_joint_runs",
    "GET",
    "/v1/joint-runs",
    m.JointRunViewPage,
    m.JointRunView,
    query=("joint_agreement_id", "limit", "cursor"),
)
list_keys: Final = Operation("list_keys", "GET", "/v1/api-keys", list[m.KeyView])
list_legal_holds: Final = ListOperation(
    "list_legal_holds", "GET", "/v1/legal-holds", m.LegalHoldViewPage, m.LegalHoldView, query=("limit", "cursor")
)
list_listing_ratings: Final = ListOperation(
    "list_listing_ratings",
    "GET",
    "/v1/listings/{listing_id}/ratings",
    m.RatingsPage,
    m.RatingView,
    query=("limit", "cursor"),
)
list_listing_versions: Final = Operation(
    "list_listing_versions", "GET", "/v1/listings/{listing_id}/versions", list[m.VersionView]
)
list_listings_in_any_state: Final = ListOperation(
    "list_listings_in_any_state",
    "GET",
    "/v1/listings/in-any-state",
    m.ListingLinePage,
    m.ListingLine,
    query=("status", "asset_id", "limit", "cursor"),
)
list_mandate_orders: Final = ListOperation(
    "list_mandate_orders",
    "GET",
    "/v1/mandates/{mandate_id}/orders",
    m.MandateOrderViewPage,
    m.MandateOrderView,
    query=("status", "limit", "cursor"),
)
list_mandates: Final = ListOperation(
    "list_mandates", "GET", "/v1/mandates", m.MandateSummaryPage, m.MandateSummary, query=("limit", "cursor")
)
list_manifests: Final = ListOperation(
    "list_manifests",
    "GET",
    "/v1/manifests",
    m.AppliedManifestViewPage,
    m.AppliedManifestView,
    query=("limit", "cursor"),
)
list_member_invitations: Final = ListOperation(
    "list_member_invitations",
    "GET",
    "/v1/member-invitations",
    m.InvitationViewPage,
    m.InvitationView,
    query=("limit", "cursor"),
)
list_member_sessions: Final = ListOperation(
    "list_member_sessions", "GET", "/v1/member-sessions", m.SessionViewPage, m.SessionView, query=("limit", "cursor")
)
list_members: Final = ListOperation(
    "list_members", "GET", "/v1/members", m.MemberViewPage, m.MemberView, query=("limit", "cursor")
)
list_month_closings: Final = ListOperation(
    "list_month_closings",
    "GET",
    "/v1/ledger/months",
    m.MonthClosingViewPage,
    m.MonthClosingView,
    query=("limit", "cursor"),
)
list_negotiation_messages: Final = ListOperation(
    "list_negotiation_messages",
    "GET",
    "/v1/negotiations/{negotiation_id}/messages",
    m.MessageViewPage,
    m.MessageView,
    query=("limit", "cursor"),
)
list_negotiations: Final = ListOperation(
    "list_negotiations",
    "GET",
    "/v1/negotiations",
    m.NegotiationSummaryPage,
    m.NegotiationSummary,
    query=("status", "limit", "cursor"),
)
list_notes: Final = ListOperation(
    "list_notes", "GET", "/v1/accounting-notes", m.NoteViewPage, m.NoteView, query=("limit", "cursor")
)
list_notices: Final = ListOperation(
    "list_notices", "GET", "/v1/notices", m.NoticeViewPage, m.NoticeView, query=("limit", "cursor")
)
list_objections: Final = ListOperation(
    "list_objections", "GET", "/v1/objections", m.ObjectionViewPage, m.ObjectionView, query=("limit", "cursor")
)
list_obligations: Final = ListOperation(
    "list_obligations",
    "GET",
    "/v1/obligations",
    m.ObligationViewPage,
    m.ObligationView,
    query=("status", "due_before", "limit", "cursor"),
)
list_occurrences: Final = ListOperation(
    "list_occurrences",
    "GET",
    "/v1/agreements/{agreement_id}/occurrences",
    m.OccurrenceViewPage,
    m.OccurrenceView,
    query=("limit", "cursor"),
)
list_offers: Final = ListOperation(
    "list_offers", "GET", "/v1/listings/{listing_id}/offers", m.OfferViewPage, m.OfferView, query=("limit", "cursor")
)
list_opinions: Final = ListOperation(
    "list_opinions",
    "GET",
    "/v1/engagements/{engagement_id}/opinions",
    m.OpinionViewPage,
    m.OpinionView,
    query=("limit", "cursor"),
)
list_order_messages: Final = ListOperation(
    "list_order_messages",
    "GET",
    "/v1/orders/{order_id}/messages",
    m.MessageViewPage,
    m.MessageView,
    query=("limit", "cursor"),
)
list_orders: Final = ListOperation(
    "list_orders",
    "GET",
    "/v1/orders",
    m.OrderViewPage,
    m.OrderView,
    query=("status", "purchase_order_number", "cost_centre", "limit", "cursor"),
)
list_paid_shares: Final = ListOperation(
    "list_paid_shares", "GET", "/v1/paid-shares", m.PaidShareViewPage, m.PaidShareView, query=("limit", "cursor")
)
list_papers: Final = ListOperation(
    "list_papers", "GET", "/v1/papers", m.IssuedPaperViewPage, m.IssuedPaperView, query=("kind", "limit", "cursor")
)
list_parties: Final = ListOperation(
    "list_parties", "GET", "/v1/parties", m.PartyViewPage, m.PartyView, query=("status", "limit", "cursor")
)
list_payee_accounts: Final = ListOperation(
    "list_payee_accounts",
    "GET",
    "/v1/payee-accounts",
    m.PayeeAccountViewPage,
    m.PayeeAccountView,
    query=("status", "limit", "cursor"),
)
list_payments: Final = ListOperation(
    "list_payments",
    "GET",
    "/v1/payments",
    m.PaymentViewPage,
    m.PaymentView,
    query=("status", "order_id", "limit", "cursor"),
)
list_payouts: Final = ListOperation(
    "list_payouts", "GET", "/v1/payouts", m.PayoutViewPage, m.PayoutView, query=("status", "limit", "cursor")
)
list_permitted_incomes: Final = ListOperation(
    "list_permitted_incomes",
    "GET",
    "/v1/permitted-incomes",
    m.PermittedIncomeViewPage,
    m.PermittedIncomeView,
    query=("limit", "cursor"),
)
list_portfolio_items: Final = ListOperation(
    "list_portfolio_items",
    "GET",
    "/v1/portfolio-runs/{run_id}/items",
    m.PortfolioItemViewPage,
    m.PortfolioItemView,
    query=("limit", "cursor"),
)
list_portfolio_runs: Final = ListOperation(
    "list_portfolio_runs",
    "GET",
    "/v1/portfolio-runs",
    m.PortfolioRunViewPage,
    m.PortfolioRunView,
    query=("limit", "cursor"),
)
list_practitioners: Final = ListOperation(
    "list_practitioners",
    "GET",
    "/v1/practitioners",
    m.PractitionerViewPage,
    m.PractitionerView,
    query=("limit", "cursor"),
)
list_prepaid: Final = Operation("list_prepaid", "GET", "/v1/prepaid/balances", list[m.PrepaidView])
list_price_spreads: Final = ListOperation(
    "list_price_spreads",
    "GET",
    "/v1/price-spreads",
    m.PriceSpreadViewPage,
    m.PriceSpreadView,
    query=("status", "limit", "cursor"),
)
list_problems: Final = Operation("list_problems", "GET", "/v1/problems", list[str])
list_program_offers: Final = ListOperation(
    "list_program_offers",
    "GET",
    "/v1/assets/{asset_id}/program-offers",
    m.ProgramOfferViewPage,
    m.ProgramOfferView,
    query=("limit", "cursor"),
)
list_program_runs: Final = ListOperation(
    "list_program_runs",
    "GET",
    "/v1/program-runs",
    m.ProgramRunViewPage,
    m.ProgramRunView,
    query=("order_id", "limit", "cursor"),
)
list_provider_ratings: Final = ListOperation(
    "list_provider_ratings",
    "GET",
    "/v1/parties/{party_id}/ratings",
    m.RatingsPage,
    m.RatingView,
    query=("limit", "cursor"),
)
list_push_targets: Final = ListOperation(
    "list_push_targets",
    "GET",
    "/v1/orders/{order_id}/push-targets",
    m.PushTargetViewPage,
    m.PushTargetView,
    query=("limit", "cursor"),
)
list_pushes: Final = ListOperation(
    "list_pushes", "GET", "/v1/pushes", m.PushViewPage, m.PushView, query=("order_id", "limit", "cursor")
)
list_quality_runs: Final = ListOperation(
    "list_quality_runs",
    "GET",
    "/v1/assets/{asset_id}/quality-runs",
    m.QualityRunViewPage,
    m.QualityRunView,
    query=("limit", "cursor"),
)
list_query_tables: Final = ListOperation(
    "list_query_tables",
    "GET",
    "/v1/agreements/{agreement_id}/tables",
    m.QueryTableViewPage,
    m.QueryTableView,
    query=("limit", "cursor"),
)
list_quotation_requests: Final = ListOperation(
    "list_quotation_requests",
    "GET",
    "/v1/quotation-requests",
    m.QuotationViewPage,
    m.QuotationView,
    query=("own", "limit", "cursor"),
)
list_quotes: Final = ListOperation(
    "list_quotes",
    "GET",
    "/v1/quotation-requests/{rfq_id}/quotes",
    m.QuoteViewPage,
    m.QuoteView,
    query=("limit", "cursor"),
)
list_rates: Final = ListOperation(
    "list_rates",
    "GET",
    "/v1/exchange-rates",
    m.RateViewPage,
    m.RateView,
    query=("base", "quote", "status", "limit", "cursor"),
)
list_redeliveries: Final = ListOperation(
    "list_redeliveries",
    "GET",
    "/v1/orders/{order_id}/redeliveries",
    m.RedeliveryViewPage,
    m.RedeliveryView,
    query=("limit", "cursor"),
)
list_refund_shares: Final = ListOperation(
    "list_refund_shares",
    "GET",
    "/v1/refunds/{refund_id}/shares",
    m.ShareTakenBackViewPage,
    m.ShareTakenBackView,
    query=("limit", "cursor"),
)
list_refunds: Final = ListOperation(
    "list_refunds",
    "GET",
    "/v1/refunds",
    m.RefundViewPage,
    m.RefundView,
    query=("status", "subject_id", "limit", "cursor"),
)
list_registered_reports: Final = ListOperation(
    "list_registered_reports",
    "GET",
    "/v1/appraisal-register",
    m.RegisteredReportPage,
    m.RegisteredReport,
    query=("asset_id", "limit", "cursor"),
)
list_registrations: Final = ListOperation(
    "list_registrations",
    "GET",
    "/v1/registrations",
    m.DeskItemViewPage,
    m.DeskItemView,
    query=("asset_id", "limit", "cursor"),
)
list_renewals: Final = ListOperation(
    "list_renewals",
    "GET",
    "/v1/agreements/{agreement_id}/renewals",
    m.RenewalViewPage,
    m.RenewalView,
    query=("limit", "cursor"),
)
list_revaluations: Final = ListOperation(
    "list_revaluations",
    "GET",
    "/v1/engagements/{engagement_id}/revaluations",
    m.RevaluationViewPage,
    m.RevaluationView,
    query=("limit", "cursor"),
)
list_revisions: Final = ListOperation(
    "list_revisions",
    "GET",
    "/v1/assets/{asset_id}/revisions",
    m.RevisionViewPage,
    m.RevisionView,
    query=("limit", "cursor"),
)
list_saved_searches: Final = ListOperation(
    "list_saved_searches",
    "GET",
    "/v1/saved-searches",
    m.SavedSearchViewPage,
    m.SavedSearchView,
    query=("limit", "cursor"),
)
list_scorecards: Final = ListOperation(
    "list_scorecards",
    "GET",
    "/v1/scorecards",
    m.ScorecardSummaryPage,
    m.ScorecardSummary,
    query=("asset_id", "limit", "cursor"),
)
list_search_hits: Final = ListOperation(
    "list_search_hits",
    "GET",
    "/v1/saved-searches/{search_id}/hits",
    m.SearchHitViewPage,
    m.SearchHitView,
    query=("limit", "cursor"),
)
list_service_outages: Final = ListOperation(
    "list_service_outages",
    "GET",
    "/v1/service-outages",
    m.ServiceOutageViewPage,
    m.ServiceOutageView,
    query=("limit", "cursor"),
)
list_service_windows: Final = ListOperation(
    "list_service_windows",
    "GET",
    "/v1/agreements/{agreement_id}/service-levels",
    m.ServiceWindowViewPage,
    m.ServiceWindowView,
    query=("limit", "cursor"),
)
list_shared_versions: Final = ListOperation(
    "list_shared_versions",
    "GET",
    "/v1/orders/{order_id}/share/versions",
    m.SharedVersionViewPage,
    m.SharedVersionView,
    query=("limit", "cursor"),
)
list_signing_keys: Final = Operation("list_signing_keys", "GET", "/v1/signing-keys", list[m.SigningKeyView])
list_spread_deals: Final = ListOperation(
    "list_spread_deals",
    "GET",
    "/v1/price-spreads/{price_spread_id}/deals",
    m.PricedDealViewPage,
    m.PricedDealView,
    query=("limit", "cursor"),
)
list_statements: Final = ListOperation(
    "list_statements",
    "GET",
    "/v1/bank-accounts/{bank_account_id}/statements",
    m.BankStatementViewPage,
    m.BankStatementView,
    query=("limit", "cursor"),
)
list_stripe_readings: Final = ListOperation(
    "list_stripe_readings",
    "GET",
    "/v1/stripe-readings",
    m.StripeReadingViewPage,
    m.StripeReadingView,
    query=("limit", "cursor"),
)
list_stripe_transactions: Final = ListOperation(
    "list_stripe_transactions",
    "GET",
    "/v1/stripe-transactions",
    m.StripeTransactionViewPage,
    m.StripeTransactionView,
    query=("status", "limit", "cursor"),
)
list_subscriptions: Final = ListOperation(
    "list_subscriptions",
    "GET",
    "/v1/subscriptions",
    m.SubscriptionViewPage,
    m.SubscriptionView,
    query=("status", "limit", "cursor"),
)
list_successions: Final = ListOperation(
    "list_successions", "GET", "/v1/successions", m.SuccessionViewPage, m.SuccessionView, query=("limit", "cursor")
)
list_table_conversions: Final = ListOperation(
    "list_table_conversions",
    "GET",
    "/v1/orders/{order_id}/table-conversions",
    m.TableConversionViewPage,
    m.TableConversionView,
    query=("limit", "cursor"),
)
list_terminations: Final = Operation(
    "list_terminations", "GET", "/v1/agreements/{agreement_id}/terminations", list[m.TerminationView]
)
list_test_samples: Final = Operation(
    "list_test_samples", "GET", "/v1/third-party-tests/{test_id}/samples", list[m.SampleView]
)
list_tests: Final = ListOperation(
    "list_tests", "GET", "/v1/third-party-tests", m.TestViewPage, m.TestView, query=("asset", "limit", "cursor")
)
list_traces: Final = ListOperation(
    "list_traces", "GET", "/v1/traces", m.TraceViewPage, m.TraceView, query=("asset_id", "limit", "cursor")
)
list_transfer_reversals: Final = ListOperation(
    "list_transfer_reversals",
    "GET",
    "/v1/transfer-reversals",
    m.TransferReversalViewPage,
    m.TransferReversalView,
    query=("limit", "cursor"),
)
list_usage_releases: Final = ListOperation(
    "list_usage_releases",
    "GET",
    "/v1/agreements/{agreement_id}/releases",
    m.ReleaseViewPage,
    m.ReleaseView,
    query=("limit", "cursor"),
)
list_uses: Final = ListOperation(
    "list_uses",
    "GET",
    "/v1/subscriptions/{subscription_id}/usage-events",
    m.UsageEventViewPage,
    m.UsageEventView,
    query=("meter", "limit", "cursor"),
)
list_webhooks: Final = Operation("list_webhooks", "GET", "/v1/webhooks", list[m.WebhookView])
list_withheld_shares: Final = ListOperation(
    "list_withheld_shares",
    "GET",
    "/v1/withheld-shares",
    m.WithheldShareViewPage,
    m.WithheldShareView,
    query=("waiting", "limit", "cursor"),
)
list_witnesses: Final = Operation("list_witnesses", "GET", "/v1/log/witnesses", m.WitnessesView)
list_working_papers: Final = ListOperation(
    "list_working_papers",
    "GET",
    "/v1/engagements/{engagement_id}/working-papers",
    m.PaperViewPage,
    m.PaperView,
    query=("limit", "cursor"),
)
list_write_offs: Final = ListOperation(
    "list_write_offs", "GET", "/v1/clawback-write-offs", m.WriteOffViewPage, m.WriteOffView, query=("limit", "cursor")
)
load_fixture: Final = Operation("load_fixture", "POST", "/v1/dataspace/fixture", m.FixtureView, body=(m.LoadFixture,))
lose_integrity_finding: Final = Operation(
    "lose_integrity_finding",
    "POST",
    "/v1/integrity-findings/{finding_id}/loss",
    m.IntegrityFindingView,
    body=(m.DeclareLost,),
)
make_grant: Final = Operation(
    "make_grant", "POST", "/v1/assets/{asset_id}/grants", m.GrantView, body=(m.MakeGrant,), keyed=True
)
match_quotation_request: Final = Operation(
    "match_quotation_request", "GET", "/v1/quotation-requests/{rfq_id}/matches", m.MatchesView
)
measure_test: Final = Operation(
    "measure_test", "POST", "/v1/third-party-tests/{test_id}/measurement", m.TestView, keyed=True
)
mediate_complaint: Final = Operation(
    "mediate_complaint", "POST", "/v1/complaints/{complaint_id}/mediation", m.ComplaintView
)
note_infringement_suit: Final = Operation(
    "note_infringement_suit",
    "POST",
    "/v1/infringement-notices/{notice_id}/suit",
    m.InfringementNoticeView,
    body=(m.NoteSuit,),
)
offer_renewal: Final = Operation(
    "offer_renewal", "POST", "/v1/agreements/{agreement_id}/renewals", m.RenewalView, body=(m.OfferRenewal,), keyed=True
)
open_bank_account: Final = Operation(
    "open_bank_account", "POST", "/v1/bank-accounts", m.BankAccountView, body=(m.OpenBankAccount,), keyed=True
)
open_bill_payment: Final = Operation(
    "open_bill_payment", "POST", "/v1/bills/{bill_id}/payments", m.PaymentView, body=(m.OpenPayment,), keyed=True
)
open_bundle: Final = Operation(
    "open_bundle",
    "POST",
    "/v1/orders/{order_id}/bundle-links",
    m.BundleLinkView,
    query=("serves", "revision_id", "place"),
)
open_cart: Final = Operation("open_cart", "POST", "/v1/carts", m.CartView, body=(m.OpenCart,), keyed=True)
open_dataspace_negotiation: Final = Operation(
    "open_dataspace_negotiation",
    "POST",
    "/v1/dataspace/negotiations",
    m.DataspaceNegotiationView,
    body=(m.OpenNegotiation,),
    keyed=True,
)
open_dataspace_transfer: Final = Operation(
    "open_dataspace_transfer",
    "POST",
    "/v1/dataspace/transfers",
    m.DataspaceTransferView,
    body=(m.OpenTransfer,),
    keyed=True,
)
open_links: Final = Operation(
    "open_links", "POST", "/v1/orders/{order_id}/links", m.LinksView, query=("serves", "revision_id", "place")
)
open_payment: Final = Operation(
    "open_payment", "POST", "/v1/orders/{order_id}/payments", m.PaymentView, body=(m.OpenPayment,), keyed=True
)
open_quotation_request: Final = Operation(
    "open_quotation_request", "POST", "/v1/quotation-requests/{rfq_id}/opening", m.QuotationView
)
open_refund: Final = Operation("open_refund", "POST", "/v1/refunds", m.RefundView, body=(m.AskRefund,), keyed=True)
open_table_conversion: Final = Operation(
    "open_table_conversion",
    "POST",
    "/v1/table-conversions/{table_conversion_id}/links",
    m.ConversionLinkView,
    query=("serves", "place"),
)
order_test: Final = Operation(
    "order_test", "POST", "/v1/assets/{asset_id}/third-party-tests", m.TestView, body=(m.OrderTest,), keyed=True
)
override_scan: Final = Operation(
    "override_scan",
    "POST",
    "/v1/assets/{asset_id}/classification/overrides",
    m.OverrideView,
    body=(m.OverrideScan,),
    keyed=True,
)
pay_cart: Final = Operation("pay_cart", "POST", "/v1/carts/{cart_id}/payments", m.PurchasePaymentsView, keyed=True)
pick_comparables: Final = Operation(
    "pick_comparables", "POST", "/v1/assets/{asset_id}/market-inputs", m.PickedView, body=(m.PickComparables,)
)
place_bid: Final = Operation(
    "place_bid", "POST", "/v1/auctions/{auction_id}/bids", m.BidView, body=(m.PlaceBid,), keyed=True
)
place_cart: Final = Operation(
    "place_cart", "POST", "/v1/carts/{cart_id}/placement", m.CartView, body=(m.PlaceCart,), keyed=True
)
place_mandate_order: Final = Operation(
    "place_mandate_order",
    "POST",
    "/v1/mandates/{mandate_id}/orders",
    m.MandateOrderView,
    body=(m.AskMandateOrder,),
    keyed=True,
)
place_order: Final = Operation("place_order", "POST", "/v1/orders", m.OrderView, body=(m.PlaceOrder,), keyed=True)
plan_manifests: Final = Operation(
    "plan_manifests", "POST", "/v1/manifests/plan", m.ManifestPlan, body=(m.PlanManifests,)
)
post_complaint_message: Final = Operation(
    "post_complaint_message",
    "POST",
    "/v1/complaints/{complaint_id}/messages",
    m.ComplaintStepView,
    body=(m.PostComplaintMessage,),
    keyed=True,
)
post_negotiation_message: Final = Operation(
    "post_negotiation_message",
    "POST",
    "/v1/negotiations/{negotiation_id}/messages",
    m.MessageView,
    body=(m.PostMessage,),
    keyed=True,
)
post_order_message: Final = Operation(
    "post_order_message", "POST", "/v1/orders/{order_id}/messages", m.MessageView, body=(m.PostMessage,), keyed=True
)
prepare_delivery: Final = Operation(
    "prepare_delivery", "POST", "/v1/orders/{order_id}/delivery", m.DeliveryView, keyed=True
)
prepay_bank_entry: Final = Operation(
    "prepay_bank_entry",
    "POST",
    "/v1/bank-entries/{bank_entry_id}/prepayment",
    m.BankEntryView,
    body=(m.PrepayEntry,),
    keyed=True,
)
preview_contract_draft: Final = Operation(
    "preview_contract_draft", "POST", "/v1/contract-models/{model_id}/preview", m.DraftPreviewView, body=(m.Draft,)
)
preview_price: Final = Operation(
    "preview_price", "POST", "/v1/price-previews", m.PricePreviewView, body=(m.PreviewPrice,)
)
print_contract_draft: Final = Operation(
    "print_contract_draft",
    "POST",
    "/v1/contract-models/{model_id}/preview/pdf",
    bytes,
    body=(m.Draft,),
    media=("application/pdf",),
)
promise_quality: Final = Operation(
    "promise_quality", "PUT", "/v1/assets/{asset_id}/quality-watch", m.QualityWatchView, body=(m.PromiseQuality,)
)
propose_amendment: Final = Operation(
    "propose_amendment",
    "POST",
    "/v1/agreements/{agreement_id}/amendments",
    m.AmendmentView,
    body=(m.ProposeAmendment,),
    keyed=True,
)
propose_batch: Final = Operation(
    "propose_batch", "POST", "/v1/payout-batches", m.PayoutBatchView, body=(m.ProposeBatch,), keyed=True
)
propose_correction: Final = Operation(
    "propose_correction",
    "POST",
    "/v1/ledger/corrections",
    m.LedgerCorrectionView,
    body=(m.ProposeCorrection,),
    keyed=True,
)
propose_delivery_plan: Final = Operation(
    "propose_delivery_plan",
    "POST",
    "/v1/orders/{order_id}/delivery-plans",
    m.DeliveryPlanView,
    body=(m.ProposeDeliveryPlan,),
    keyed=True,
)
propose_engagement: Final = Operation(
    "propose_engagement", "POST", "/v1/engagements", m.EngagementView, body=(m.ProposeEngagement,), keyed=True
)
propose_joint_agreement: Final = Operation(
    "propose_joint_agreement", "POST", "/v1/joint-agreements", m.JointAgreementView, body=(m.JointContent,), keyed=True
)
propose_negotiation: Final = Operation(
    "propose_negotiation", "POST", "/v1/private-offers", m.NegotiationView, body=(m.ProposeNegotiation,), keyed=True
)
propose_remedy: Final = Operation(
    "propose_remedy", "POST", "/v1/complaints/{complaint_id}/proposal", m.ComplaintView, body=(m.ProposeRemedy,)
)
propose_write_off: Final = Operation(
    "propose_write_off", "POST", "/v1/clawback-write-offs", m.WriteOffView, body=(m.ProposeWriteOff,), keyed=True
)
publish_computing_offer: Final = Operation(
    "publish_computing_offer",
    "POST",
    "/v1/assets/{asset_id}/computing-offers",
    m.ComputingOfferView,
    body=(m.SetOffer,),
    keyed=True,
)
publish_notice: Final = Operation(
    "publish_notice", "POST", "/v1/registrations/{registration_id}/notice", m.RegistrationView
)
publish_offer: Final = Operation(
    "publish_offer", "POST", "/v1/listings/{listing_id}/offers", m.OfferView, body=(m.PublishOffer,), keyed=True
)
publish_program_offer: Final = Operation(
    "publish_program_offer",
    "POST",
    "/v1/assets/{asset_id}/program-offers",
    m.ProgramOfferView,
    body=(m.SetProgramOffer,),
    keyed=True,
)
put_cart_line: Final = Operation(
    "put_cart_line", "POST", "/v1/carts/{cart_id}/lines", m.CartView, body=(m.PutLine,), keyed=True
)
put_invoice_details: Final = Operation(
    "put_invoice_details", "PUT", "/v1/invoice-details", m.InvoiceDetailsView, body=(m.SetInvoiceDetails,)
)
query_rows: Final = Operation(
    "query_rows",
    "POST",
    "/v1/agreements/{agreement_id}/tables/{table}/query",
    m.RowsView,
    body=(m.RowQuery,),
    keyed=True,
)
quote_order: Final = Operation(
    "quote_order", "POST", "/v1/order-quotes", m.OrderQuoteView, body=(m.AskQuote,), keyed=True
)
raise_objection: Final = Operation(
    "raise_objection",
    "POST",
    "/v1/registrations/{registration_id}/objections",
    m.ObjectionView,
    body=(m.RaiseObjection,),
    keyed=True,
)
read_program_result: Final = Operation(
    "read_program_result", "GET", "/v1/program-runs/{run_id}/results/{result_name}", Any
)
record_grant: Final = Operation(
    "record_grant", "POST", "/v1/assets/{asset_id}/recorded-grants", m.GrantView, body=(m.RecordGrant,), keyed=True
)
record_parent: Final = Operation(
    "record_parent", "POST", "/v1/assets/{asset_id}/found-parents", m.LineageView, body=(m.RecordParent,), keyed=True
)
record_permitted_income: Final = Operation(
    "record_permitted_income",
    "POST",
    "/v1/permitted-incomes",
    m.PermittedIncomeView,
    body=(m.RecordPermittedIncome,),
    keyed=True,
)
record_use: Final = Operation(
    "record_use", "POST", "/v1/orders/{order_id}/uses", m.DeliveryView, body=(m.RecordUse,), keyed=True
)
redeem_invitation: Final = Operation(
    "redeem_invitation", "POST", "/v1/office-keys", m.NewKeyView, body=(m.RedeemInvitation,)
)
redeliver_complaint: Final = Operation(
    "redeliver_complaint",
    "POST",
    "/v1/complaints/{complaint_id}/redelivery",
    m.ComplaintView,
    body=(m.RedeliverComplaint,),
)
redirect_withheld_share: Final = Operation(
    "redirect_withheld_share",
    "POST",
    "/v1/withheld-shares/{share_id}/redirect",
    m.WithheldShareView,
    body=(m.RedirectShare,),
    keyed=True,
)
refer_objection: Final = Operation(
    "refer_objection", "POST", "/v1/objections/{objection_id}/referral", m.ObjectionView, body=(m.ReferObjection,)
)
refund_order: Final = Operation(
    "refund_order", "POST", "/v1/orders/{order_id}/refund", m.OrderView, body=(m.RefundOrder,), keyed=True
)
refuse_batch: Final = Operation(
    "refuse_batch",
    "POST",
    "/v1/payout-batches/{payout_batch_id}/refusal",
    m.PayoutBatchView,
    body=(m.RefuseBatch,),
    keyed=True,
)
refuse_computing_run: Final = Operation(
    "refuse_computing_run", "POST", "/v1/computing-runs/{run_id}/refuse", m.RunView, body=(m.ReviewRun,)
)
refuse_correction: Final = Operation(
    "refuse_correction", "POST", "/v1/ledger/corrections/{correction_id}/refusal", m.LedgerCorrectionView
)
refuse_destruction: Final = Operation(
    "refuse_destruction",
    "POST",
    "/v1/destructions/{destruction_id}/refusal",
    m.DestructionView,
    body=(m.RefuseDestruction,),
)
refuse_joint_agreement: Final = Operation(
    "refuse_joint_agreement",
    "POST",
    "/v1/joint-agreements/{joint_agreement_id}/refuse",
    m.JointAgreementView,
    body=(m.JointReason,),
)
refuse_joint_run: Final = Operation(
    "refuse_joint_run", "POST", "/v1/joint-runs/{joint_run_id}/refuse", m.JointRunView, body=(m.JointReason,)
)
refuse_month_reopening: Final = Operation(
    "refuse_month_reopening", "POST", "/v1/ledger/months/{month_closing_id}/reopening-refusal", m.MonthClosingView
)
refuse_program_run: Final = Operation(
    "refuse_program_run", "POST", "/v1/program-runs/{run_id}/refuse", m.ProgramRunView, body=(m.ReviewProgram,)
)
refuse_rate: Final = Operation(
    "refuse_rate", "POST", "/v1/exchange-rates/{rate_id}/refusal", m.RateView, body=(m.DecideRate,)
)
refuse_refund: Final = Operation(
    "refuse_refund", "POST", "/v1/refunds/{refund_id}/refusal", m.RefundView, body=(m.DecideRefund,), keyed=True
)
refuse_stripe_explanation: Final = Operation(
    "refuse_stripe_explanation",
    "POST",
    "/v1/stripe-transactions/{stripe_transaction_id}/explanation/refusal",
    m.StripeTransactionView,
)
refuse_succession: Final = Operation(
    "refuse_succession", "POST", "/v1/successions/{succession_id}/refusal", m.SuccessionView, body=(m.RefuseSuccession,)
)
refuse_write_off: Final = Operation(
    "refuse_write_off",
    "POST",
    "/v1/clawback-write-offs/{write_off_id}/refusal",
    m.WriteOffView,
    body=(m.DecideWriteOff,),
    keyed=True,
)
refute_deletion_statement: Final = Operation(
    "refute_deletion_statement",
    "POST",
    "/v1/agreements/{agreement_id}/deletion-refutation",
    m.DeletionView,
    body=(m.RefuteDeletion,),
)
register_api_interface: Final = Operation(
    "register_api_interface",
    "POST",
    "/v1/assets/{asset_id}/api-interfaces",
    m.OwnInterfaceView,
    body=(m.RegisterInterface,),
    keyed=True,
)
register_bidder: Final = Operation(
    "register_bidder", "POST", "/v1/auctions/{auction_id}/bidders", m.BidderView, body=(m.RegisterBidder,), keyed=True
)
register_credit_note: Final = Operation(
    "register_credit_note",
    "POST",
    "/v1/credit-notes/{credit_note_id}/registration",
    m.CreditNoteView,
    body=(m.RegisterRed,),
)
register_invoice: Final = Operation(
    "register_invoice", "POST", "/v1/invoices/{invoice_id}/registration", m.InvoiceView, body=(m.RegisterFapiao,)
)
register_practitioner: Final = Operation(
    "register_practitioner", "POST", "/v1/practitioners", m.PractitionerView, body=(m.RegisterPractitioner,), keyed=True
)
register_public_resource: Final = Operation(
    "register_public_resource",
    "POST",
    "/v1/public-registrations",
    m.RegistrationView,
    body=(m.RegisterPublicResource,),
    keyed=True,
)
register_signing_key: Final = Operation(
    "register_signing_key", "POST", "/v1/signing-keys", m.SigningKeyView, body=(m.RegisterSigningKey,), keyed=True
)
reissue_key: Final = Operation(
    "reissue_key", "POST", "/v1/parties/{party_id}/api-keys", m.NewKeyView, body=(m.ReissueKey,)
)
reject_mandate_order: Final = Operation(
    "reject_mandate_order",
    "POST",
    "/v1/mandate-orders/{mandate_order_id}/rejection",
    m.MandateOrderView,
    body=(m.RejectMandateOrder,),
)
reject_negotiation: Final = Operation(
    "reject_negotiation",
    "POST",
    "/v1/negotiations/{negotiation_id}/rejection",
    m.NegotiationView,
    body=(m.EndNegotiation,),
)
reject_payee_account: Final = Operation(
    "reject_payee_account",
    "POST",
    "/v1/payee-accounts/{payee_account_id}/rejection",
    m.PayeeAccountView,
    body=(m.RefuseBatch,),
)
release_computing_run: Final = Operation(
    "release_computing_run", "POST", "/v1/computing-runs/{run_id}/release", m.RunView, body=(m.ReviewRun,)
)
release_program_run: Final = Operation(
    "release_program_run", "POST", "/v1/program-runs/{run_id}/release", m.ProgramRunView, body=(m.ReviewProgram,)
)
release_remark: Final = Operation(
    "release_remark", "POST", "/v1/remarks/{remark_id}/release", m.RemarkView, body=(m.ReleaseRemark,)
)
release_withheld_share: Final = Operation(
    "release_withheld_share",
    "POST",
    "/v1/withheld-shares/{share_id}/release",
    m.WithheldShareView,
    body=(m.DecideShare,),
    keyed=True,
)
remove_member: Final = Operation("remove_member", "DELETE", "/v1/members/{member_id}", type(None), media=())
remove_push_target: Final = Operation(
    "remove_push_target", "DELETE", "/v1/push-targets/{push_target_id}", m.PushTargetView
)
remove_table_conversion: Final = Operation(
    "remove_table_conversion", "DELETE", "/v1/table-conversions/{table_conversion_id}", type(None), media=()
)
remove_webhook: Final = Operation("remove_webhook", "DELETE", "/v1/webhooks/{webhook_id}", type(None), media=())
renew_key: Final = Operation("renew_key", "POST", "/v1/api-keys/{key_id}/renewal", m.NewKeyView)
reopen_data_request: Final = Operation(
    "reopen_data_request", "POST", "/v1/data-requests/{request_id}/reopening", m.RequestView, body=(m.GiveReason,)
)
reopen_month: Final = Operation(
    "reopen_month", "POST", "/v1/ledger/months/{month_closing_id}/reopening", m.MonthClosingView
)
replace_channel_key: Final = Operation(
    "replace_channel_key", "POST", "/v1/channel-keys/{channel_key_id}/replacement", m.NewChannelKeyView, keyed=True
)
replace_connector_key: Final = Operation(
    "replace_connector_key", "POST", "/v1/dataspace/participant/connector-key", m.ParticipantView, keyed=True
)
report_uses: Final = Operation("report_uses", "POST", "/v1/usage-events", m.ReportedView, body=(m.ReportUses,))
request_destruction: Final = Operation(
    "request_destruction",
    "POST",
    "/v1/assets/{asset_id}/destructions",
    m.DestructionView,
    body=(m.RequestDestruction,),
    keyed=True,
)
request_invoice: Final = Operation(
    "request_invoice", "POST", "/v1/invoices", m.InvoiceView, body=(m.RequestInvoice,), keyed=True
)
request_negotiation: Final = Operation(
    "request_negotiation", "POST", "/v1/negotiations", m.NegotiationView, body=(m.RequestNegotiation,), keyed=True
)
request_supplement: Final = Operation(
    "request_supplement",
    "POST",
    "/v1/registrations/{registration_id}/supplement-request",
    m.RegistrationView,
    body=(m.RequestSupplement,),
)
resend_refund: Final = Operation(
    "resend_refund", "POST", "/v1/refunds/{refund_id}/resending", m.RefundView, body=(m.ResendRefund,), keyed=True
)
reset_member_password: Final = Operation(
    "reset_member_password",
    "POST",
    "/v1/members/{member_id}/password-resets",
    m.NewReset,
    body=(m.ResetPassword,),
    keyed=True,
)
respond_to_objection: Final = Operation(
    "respond_to_objection",
    "POST",
    "/v1/objections/{objection_id}/response",
    m.ObjectionView,
    body=(m.RespondToObjection,),
)
restore_integrity_finding: Final = Operation(
    "restore_integrity_finding", "POST", "/v1/integrity-findings/{finding_id}/restoration", m.IntegrityFindingView
)
resume_agreement: Final = Operation(
    "resume_agreement", "POST", "/v1/agreements/{agreement_id}/resumption", m.AgreementView, body=(m.ResumeAgreement,)
)
retry_job: Final = Operation("retry_job", "POST", "/v1/jobs/{job_id}/retry", m.JobView)
return_bank_entry: Final = Operation(
    "return_bank_entry", "POST", "/v1/bank-entries/{bank_entry_id}/return", m.BankEntryView, body=(m.ReturnEntry,)
)
return_income_check: Final = Operation(
    "return_income_check",
    "POST",
    "/v1/income-checks/{income_check_id}/return",
    m.IncomeCheckView,
    body=(m.DecideCheck,),
)
reveal_bid: Final = Operation(
    "reveal_bid", "POST", "/v1/auctions/{auction_id}/reveals", m.CommitmentView, body=(m.RevealBid,), keyed=True
)
review_listing: Final = Operation(
    "review_listing", "POST", "/v1/listings/{listing_id}/review", m.ListingView, body=(m.ReviewListing,)
)
review_registration: Final = Operation(
    "review_registration",
    "POST",
    "/v1/registrations/{registration_id}/review",
    m.RegistrationView,
    body=(m.ReviewRegistration,),
)
revise_quote: Final = Operation(
    "revise_quote", "POST", "/v1/quotes/{quote_id}/revisions", m.QuoteView, body=(m.SubmitQuote,), keyed=True
)
revive_event: Final = Operation("revive_event", "POST", "/v1/inbox/{event_id}/revive", m.InboxEventView)
revoke_certificate: Final = Operation(
    "revoke_certificate",
    "POST",
    "/v1/certificates/{certificate_id}/revocation",
    m.CertificateView,
    body=(m.EndCertificate,),
)
revoke_channel_key: Final = Operation(
    "revoke_channel_key", "DELETE", "/v1/channel-keys/{channel_key_id}", type(None), media=()
)
revoke_key: Final = Operation("revoke_key", "DELETE", "/v1/api-keys/{key_id}", type(None), media=())
revoke_mandate: Final = Operation(
    "revoke_mandate", "POST", "/v1/mandates/{mandate_id}/revocation", m.MandateView, body=(m.RevokeMandate,)
)
revoke_signing_key: Final = Operation("revoke_signing_key", "DELETE", "/v1/signing-keys/{key_id}", type(None), media=())
revoke_test: Final = Operation(
    "revoke_test", "POST", "/v1/third-party-tests/{test_id}/revocation", m.TestView, body=(m.EndTest,)
)
rotate_counterparty_token: Final = Operation(
    "rotate_counterparty_token",
    "POST",
    "/v1/dataspace/counterparties/{counterparty_id}/rotation",
    m.NewCounterpartyView,
    keyed=True,
)
rotate_secret: Final = Operation(
    "rotate_secret", "POST", "/v1/webhooks/{webhook_id}/rotation", m.RotationView, keyed=True
)
rotate_wrapping_keys: Final = Operation(
    "rotate_wrapping_keys", "POST", "/v1/wrapping-keys/rotations", m.WrappingKeysView, keyed=True
)
rule_on_appeal: Final = Operation(
    "rule_on_appeal",
    "POST",
    "/v1/complaints/{complaint_id}/appeal-decision",
    m.ComplaintView,
    body=(m.DecideComplaint,),
)
run_computing_template: Final = Operation(
    "run_computing_template",
    "POST",
    "/v1/orders/{order_id}/computing/runs",
    m.RunView,
    body=(m.RunTemplate,),
    keyed=True,
)
run_joint_template: Final = Operation(
    "run_joint_template",
    "POST",
    "/v1/joint-agreements/{joint_agreement_id}/runs",
    m.JointRunView,
    body=(m.RunJointTemplate,),
    keyed=True,
)
save_search: Final = Operation(
    "save_search", "POST", "/v1/saved-searches", m.SavedSearchView, body=(m.SaveSearch,), keyed=True
)
search_listings: Final = ListOperation(
    "search_listings",
    "GET",
    "/v1/listings",
    m.SearchPage,
    m.ListingSummary,
    query=(
        "q",
        "theme",
        "sector",
        "grade",
        "price_kind",
        "delivery",
        "tested",
        "freshness",
        "territory",
        "provider",
        "price_max",
        "currency",
        "sort",
        "limit",
        "cursor",
    ),
)
send_acceptance: Final = Operation(
    "send_acceptance",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/acceptance",
    m.DataspaceNegotiationView,
    keyed=True,
)
send_agreement: Final = Operation(
    "send_agreement",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/agreement",
    m.DataspaceNegotiationView,
    body=(m.SignDataspaceAgreement,),
    keyed=True,
)
send_completion: Final = Operation(
    "send_completion",
    "POST",
    "/v1/dataspace/transfers/{dataspace_transfer_id}/completion",
    m.DataspaceTransferView,
    keyed=True,
)
send_finalization: Final = Operation(
    "send_finalization",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/finalization",
    m.DataspaceNegotiationView,
    keyed=True,
)
send_offer: Final = Operation(
    "send_offer",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/offers",
    m.DataspaceNegotiationView,
    body=(m.MakeOffer,),
    keyed=True,
)
send_start: Final = Operation(
    "send_start",
    "POST",
    "/v1/dataspace/transfers/{dataspace_transfer_id}/start",
    m.DataspaceTransferView,
    body=(m.StartTransfer,),
    keyed=True,
)
send_suspension: Final = Operation(
    "send_suspension",
    "POST",
    "/v1/dataspace/transfers/{dataspace_transfer_id}/suspension",
    m.DataspaceTransferView,
    body=(m.EndProcess,),
    keyed=True,
)
send_termination: Final = Operation(
    "send_termination",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/termination",
    m.DataspaceNegotiationView,
    body=(m.EndProcess,),
    keyed=True,
)
send_transfer_termination: Final = Operation(
    "send_transfer_termination",
    "POST",
    "/v1/dataspace/transfers/{dataspace_transfer_id}/termination",
    m.DataspaceTransferView,
    body=(m.EndProcess,),
    keyed=True,
)
send_verification: Final = Operation(
    "send_verification",
    "POST",
    "/v1/dataspace/negotiations/{dataspace_negotiation_id}/verification",
    m.DataspaceNegotiationView,
    body=(m.VerifyDataspaceAgreement,),
    keyed=True,
)
set_approval_rule: Final = Operation(
    "set_approval_rule", "POST", "/v1/approval-rules", m.ApprovalRuleView, body=(m.SetApprovalRule,), keyed=True
)
set_collection: Final = Operation(
    "set_collection",
    "PUT",
    "/v1/subscriptions/{subscription_id}/collection",
    m.SubscriptionView,
    body=(m.SetCollection,),
)
set_legal_hold: Final = Operation(
    "set_legal_hold", "POST", "/v1/assets/{asset_id}/legal-holds", m.LegalHoldView, body=(m.SetLegalHold,), keyed=True
)
set_push_target: Final = Operation(
    "set_push_target",
    "POST",
    "/v1/orders/{order_id}/push-targets",
    m.PushTargetView,
    body=(m.SetPushTarget,),
    keyed=True,
)
set_shares: Final = Operation(
    "set_shares", "POST", "/v1/assets/{asset_id}/shares", list[m.ShareView], body=(m.SetShares,), keyed=True
)
set_standing: Final = Operation(
    "set_standing", "PUT", "/v1/dataspace/participant/standing", m.ParticipantView, body=(m.SetStanding,)
)
settle_objection: Final = Operation(
    "settle_objection", "POST", "/v1/objections/{objection_id}/settlement", m.ObjectionView, body=(m.SettleObjection,)
)
sign_agreement: Final = Operation(
    "sign_agreement",
    "POST",
    "/v1/agreements/{agreement_id}/signatures",
    m.AgreementView,
    body=(m.SignAgreement,),
    keyed=True,
)
sign_amendment: Final = Operation(
    "sign_amendment",
    "POST",
    "/v1/amendments/{amendment_id}/signatures",
    m.AmendmentView,
    body=(m.SignAgreement,),
    keyed=True,
)
sign_auction_confirmation: Final = Operation(
    "sign_auction_confirmation",
    "POST",
    "/v1/auctions/{auction_id}/confirmation-signatures",
    m.AuctionView,
    body=(m.SignConfirmation,),
    keyed=True,
)
sign_mandate: Final = Operation(
    "sign_mandate", "POST", "/v1/mandates/{mandate_id}/signatures", m.MandateView, body=(m.SignMandate,), keyed=True
)
sign_report: Final = Operation(
    "sign_report",
    "POST",
    "/v1/engagements/{engagement_id}/signatures",
    m.EngagementView,
    body=(m.SignReport,),
    keyed=True,
)
sign_test: Final = Operation(
    "sign_test", "POST", "/v1/third-party-tests/{test_id}/signature", m.TestView, body=(m.SignTest,)
)
split_value: Final = Operation("split_value", "POST", "/v1/value-splits", m.SplitView, body=(m.SplitValue,), keyed=True)
start_desensitisation: Final = Operation(
    "start_desensitisation",
    "POST",
    "/v1/assets/{asset_id}/desensitisations",
    m.DesensitisationView,
    body=(m.Desensitise,),
    keyed=True,
)
start_portfolio_run: Final = Operation(
    "start_portfolio_run", "POST", "/v1/portfolio-runs", m.PortfolioRunView, body=(m.ValuePortfolio,), keyed=True
)
start_quality_run: Final = Operation(
    "start_quality_run",
    "POST",
    "/v1/assets/{asset_id}/quality-runs",
    m.QualityRunView,
    body=(m.ScoreRevision,),
    keyed=True,
)
state_occurrence: Final = Operation(
    "state_occurrence",
    "POST",
    "/v1/agreements/{agreement_id}/occurrences",
    m.OccurrenceView,
    body=(m.StateOccurrence,),
    keyed=True,
)
submit_draft: Final = Operation(
    "submit_draft", "POST", "/v1/engagements/{engagement_id}/drafts", m.DraftView, body=(m.SubmitDraft,), keyed=True
)
submit_listing: Final = Operation("submit_listing", "POST", "/v1/listings/{listing_id}/submission", m.ListingView)
submit_program: Final = Operation(
    "submit_program",
    "POST",
    "/v1/orders/{order_id}/program-runs",
    m.ProgramRunView,
    body=(m.SubmitProgram,),
    keyed=True,
)
submit_quote: Final = Operation(
    "submit_quote", "POST", "/v1/quotation-requests/{rfq_id}/quotes", m.QuoteView, body=(m.SubmitQuote,), keyed=True
)
supervise_listing: Final = Operation(
    "supervise_listing", "POST", "/v1/listings/{listing_id}/supervision", m.ListingView, body=(m.SuperviseListing,)
)
supply_materials: Final = Operation(
    "supply_materials",
    "POST",
    "/v1/registrations/{registration_id}/supplement",
    m.RegistrationView,
    body=(m.SupplyMaterials,),
)
suspend_agreement: Final = Operation(
    "suspend_agreement", "POST", "/v1/agreements/{agreement_id}/suspension", m.AgreementView, body=(m.SuspendAgreement,)
)
take_cart_line_out: Final = Operation(
    "take_cart_line_out", "POST", "/v1/carts/{cart_id}/lines/{number}/removal", m.CartView
)
take_channel_key: Final = Operation(
    "take_channel_key",
    "POST",
    "/v1/orders/{order_id}/channel-keys",
    m.NewChannelKeyView,
    body=(m.TakeChannelKey,),
    keyed=True,
)
take_offer: Final = Operation(
    "take_offer", "POST", "/v1/offers/{offer_id}/acceptance", m.NegotiationView, body=(m.TakeOffer,), keyed=True
)
take_status_report: Final = Operation(
    "take_status_report",
    "POST",
    "/v1/payout-batches/{payout_batch_id}/status-reports",
    m.StatusReportView,
    body=(bytes,),
    keyed=True,
)
take_stripe_event: Final = Operation("take_stripe_event", "POST", "/v1/webhooks/stripe", m.WebhookAnswer, body=(dict,))
tell_registrant: Final = Operation("tell_registrant", "POST", "/v1/objections/{objection_id}/telling", m.ObjectionView)
terminate_agreement: Final = Operation(
    "terminate_agreement",
    "POST",
    "/v1/agreements/{agreement_id}/termination",
    m.TerminationView,
    body=(m.TerminateAgreement,),
    keyed=True,
)
terminate_engagement: Final = Operation(
    "terminate_engagement",
    "POST",
    "/v1/engagements/{engagement_id}/termination",
    m.EngagementView,
    body=(m.GiveReason,),
)
terminate_test: Final = Operation(
    "terminate_test", "POST", "/v1/third-party-tests/{test_id}/termination", m.TestView, body=(m.EndTest,)
)
test_webhook: Final = Operation("test_webhook", "POST", "/v1/webhooks/{webhook_id}/test", m.WebhookTestView, keyed=True)
top_up: Final = Operation("top_up", "POST", "/v1/prepaid/top-ups", m.PaymentView, body=(m.TopUp,), keyed=True)
transfer_title: Final = Operation(
    "transfer_title",
    "POST",
    "/v1/assets/{asset_id}/title/transfer",
    list[m.GrantView],
    body=(m.TransferTitle,),
    keyed=True,
)
try_api_interface: Final = Operation(
    "try_api_interface", "POST", "/v1/listings/{listing_id}/api-test-calls", m.TestAnswer, body=(m.TestCall,)
)
upload_file: Final = Operation(
    "upload_file", "POST", "/v1/files", m.FileView, query=("name", "purpose"), needed=("name", "purpose"), body=(bytes,)
)
verify_document: Final = Operation("verify_document", "POST", "/v1/verification", m.VerificationView, body=(bytes,))
void_credit_note: Final = Operation(
    "void_credit_note", "POST", "/v1/credit-notes/{credit_note_id}/void", m.CreditNoteView, body=(m.EndInvoice,)
)
void_invoice: Final = Operation(
    "void_invoice", "POST", "/v1/invoices/{invoice_id}/void", m.InvoiceView, body=(m.EndInvoice,)
)
void_red_slip: Final = Operation(
    "void_red_slip", "POST", "/v1/red-slips/{red_slip_id}/void", m.RedSlipView, body=(m.VoidSlip,)
)
waive_data_request: Final = Operation(
    "waive_data_request", "POST", "/v1/data-requests/{request_id}/waiver", m.RequestView, body=(m.GiveReason,)
)
waive_obligation: Final = Operation(
    "waive_obligation", "POST", "/v1/obligations/{obligation_id}/waiver", m.ObligationView, body=(m.WaiveObligation,)
)
withdraw_amendment: Final = Operation(
    "withdraw_amendment", "POST", "/v1/amendments/{amendment_id}/withdrawal", m.AmendmentView, body=(m.EndAmendment,)
)
withdraw_auction: Final = Operation(
    "withdraw_auction", "POST", "/v1/auctions/{auction_id}/withdrawal", m.AuctionView, body=(m.EndAuction,)
)
withdraw_complaint: Final = Operation(
    "withdraw_complaint",
    "POST",
    "/v1/complaints/{complaint_id}/withdrawal",
    m.ComplaintView,
    body=(m.WithdrawComplaint,),
    keyed=True,
)
withdraw_computing_template: Final = Operation(
    "withdraw_computing_template", "POST", "/v1/computing-templates/{template_id}/withdraw", m.TemplateView
)
withdraw_filing: Final = Operation(
    "withdraw_filing", "POST", "/v1/filings/{filing_id}/withdrawal", m.FilingView, body=(m.EndFiling,)
)
withdraw_infringement_notice: Final = Operation(
    "withdraw_infringement_notice",
    "POST",
    "/v1/infringement-notices/{notice_id}/withdrawal",
    m.InfringementNoticeView,
    body=(m.WithdrawNotice,),
)
withdraw_invoice: Final = Operation(
    "withdraw_invoice", "POST", "/v1/invoices/{invoice_id}/withdrawal", m.InvoiceView, body=(m.EndInvoice,)
)
withdraw_joint_agreement: Final = Operation(
    "withdraw_joint_agreement", "POST", "/v1/joint-agreements/{joint_agreement_id}/withdraw", m.JointAgreementView
)
withdraw_member_invitation: Final = Operation(
    "withdraw_member_invitation", "DELETE", "/v1/member-invitations/{invitation_id}", type(None), media=()
)
withdraw_negotiation: Final = Operation(
    "withdraw_negotiation",
    "POST",
    "/v1/negotiations/{negotiation_id}/withdrawal",
    m.NegotiationView,
    body=(m.EndNegotiation,),
)
withdraw_objection: Final = Operation(
    "withdraw_objection",
    "POST",
    "/v1/objections/{objection_id}/withdrawal",
    m.ObjectionView,
    body=(m.WithdrawObjection,),
)
withdraw_offer: Final = Operation(
    "withdraw_offer", "POST", "/v1/offers/{offer_id}/withdrawal", m.OfferView, body=(m.WithdrawOffer,)
)
withdraw_payee_account: Final = Operation(
    "withdraw_payee_account", "POST", "/v1/payee-accounts/{payee_account_id}/withdrawal", m.PayeeAccountView
)
withdraw_quote: Final = Operation(
    "withdraw_quote", "POST", "/v1/quotes/{quote_id}/withdrawal", m.QuoteView, body=(m.WithdrawQuote,)
)
withdraw_rating_text: Final = Operation(
    "withdraw_rating_text",
    "POST",
    "/v1/ratings/{rating_id}/text-withdrawal",
    m.RatingView,
    body=(m.WithdrawRatingText,),
)
withdraw_red_slip: Final = Operation(
    "withdraw_red_slip", "POST", "/v1/red-slips/{red_slip_id}/withdrawal", m.RedSlipView
)
withdraw_registration: Final = Operation(
    "withdraw_registration",
    "POST",
    "/v1/registrations/{registration_id}/withdrawal",
    m.RegistrationView,
    body=(m.WithdrawRegistration,),
)
withdraw_renewal: Final = Operation(
    "withdraw_renewal", "POST", "/v1/renewals/{renewal_id}/withdrawal", m.RenewalView, body=(m.EndRenewal,)
)
withdraw_report: Final = Operation(
    "withdraw_report", "POST", "/v1/engagements/{engagement_id}/withdrawal", m.EngagementView, body=(m.GiveReason,)
)
withhold_share: Final = Operation(
    "withhold_share",
    "POST",
    "/v1/orders/{order_id}/withholdings",
    list[m.WithheldShareView],
    body=(m.WithholdShare,),
    keyed=True,
)
write_computing_template: Final = Operation(
    "write_computing_template",
    "POST",
    "/v1/assets/{asset_id}/computing-templates",
    m.TemplateView,
    body=(m.WriteTemplate,),
    keyed=True,
)
write_contract_draft: Final = Operation(
    "write_contract_draft",
    "POST",
    "/v1/contract-models/{model_id}/preview/docx",
    bytes,
    body=(m.Draft,),
    media=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
)
write_contract_redline: Final = Operation(
    "write_contract_redline",
    "POST",
    "/v1/contract-models/{model_id}/redline/docx",
    bytes,
    body=(m.CompareDrafts,),
    media=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
)
write_off_bill: Final = Operation(
    "write_off_bill", "POST", "/v1/bills/{bill_id}/write-off", m.BillView, body=(m.WriteOff,)
)

BY_ID: Final[dict[str, Operation[Any]]] = {
    each.id: each for each in list(globals().values()) if isinstance(each, Operation)
}
"""Every operation by its id in the description."""
