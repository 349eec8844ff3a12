"""What the API takes and gives.

Generated from docs/openapi.json by `python -m release.client`: never edited.
Members that may be left out are UNSET unless they are given. In an answer a closed list of words is text, since a newer
centre may know more words than this file.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

__all__ = [
    "AcceptEngagement",
    "AcceptNegotiation",
    "AcceptTest",
    "Access",
    "AccessDecisionView",
    "AccountLine",
    "AccountLinePage",
    "Action",
    "AddCounterparty",
    "AddPaper",
    "AddRevision",
    "AdmissionView",
    "AdvanceClock",
    "Agent",
    "Aggregation",
    "AgreedFile",
    "AgreementPolicyView",
    "AgreementSplitView",
    "AgreementState",
    "AgreementSummary",
    "AgreementSummaryPage",
    "AgreementView",
    "AllowanceView",
    "AmendedView",
    "AmendmentState",
    "AmendmentView",
    "AmendmentViewPage",
    "AnnounceMaintenance",
    "Answer",
    "AnswerCheck",
    "AnswerClarification",
    "AnswerComplaint",
    "AnswerDeletion",
    "AnswerDeliveryPlan",
    "AnswerObjection",
    "AnswerProposal",
    "AnswerRating",
    "AnswerRedelivery",
    "AnswerRedeliveryRequest",
    "AnswerRequest",
    "AnswerTermination",
    "AnswerTransfer",
    "ApiChangeKind",
    "ApiChangeView",
    "AppealDecision",
    "ApplicantStatement",
    "AppliedManifestView",
    "AppliedManifestViewPage",
    "ApplyForAdmission",
    "ApplyForCancellation",
    "ApplyForChange",
    "ApplyForCorrection",
    "ApplyForRegistration",
    "ApplyForRenewal",
    "ApplyForTransfer",
    "ApplyManifests",
    "AppraisalSummary",
    "AppraisalSummaryPage",
    "AppraisalView",
    "AppraiseAsset",
    "AppraisedBand",
    "ApprovalRuleView",
    "ApprovalRuleViewPage",
    "ApprovalView",
    "ApprovalViewPage",
    "ApproveBatch",
    "ApproveCart",
    "ApproveDestruction",
    "ApproveMandateOrder",
    "ApproveNegotiation",
    "ArriveTransaction",
    "ArticleView",
    "AskAggregates",
    "AskClarification",
    "AskConversion",
    "AskForData",
    "AskForTrace",
    "AskJoint",
    "AskMandateOrder",
    "AskQuote",
    "AskRedelivery",
    "AskRefund",
    "AskReopening",
    "AssetView",
    "AssetViewPage",
    "AssignEntry",
    "AttachmentView",
    "AuctionFormat",
    "AuctionNotice",
    "AuctionOutcome",
    "AuctionRecord",
    "AuctionState",
    "AuctionStep",
    "AuctionView",
    "AuctionViewPage",
    "AuditRevenue",
    "AuditedAppraisal",
    "AuditedAppraisalPage",
    "Authentication",
    "AwardQuote",
    "BackTest",
    "BackupKept",
    "BalanceView",
    "BalanceViewPage",
    "Band",
    "BandFigures",
    "BankAccountView",
    "BankAccountViewPage",
    "BankEntryView",
    "BankEntryViewPage",
    "BankStatementView",
    "BankStatementViewPage",
    "BatchApprovalView",
    "BatchLineView",
    "BatchLineViewPage",
    "BatchState",
    "Bearer",
    "BeginPush",
    "BidView",
    "BidViewPage",
    "BidderState",
    "BidderView",
    "BidderViewPage",
    "BillDetail",
    "BillLineView",
    "BillState",
    "BillView",
    "BillViewPage",
    "BookCheckState",
    "BookCheckView",
    "BookCheckViewPage",
    "BookFaultView",
    "BookReportView",
    "BuildUp",
    "Bundle",
    "BundleLinkView",
    "BundleMember",
    "CalculateGartner",
    "CalculateOption",
    "CalculatePool",
    "CalculatePriceCap",
    "CalculateShapley",
    "CalculationView",
    "CancelOrder",
    "CapProduct",
    "Capm",
    "CardDisputeState",
    "CardDisputeView",
    "CardDisputeViewPage",
    "CardEvidence",
    "CartLineView",
    "CartState",
    "CartSummary",
    "CartSummaryPage",
    "CartView",
    "CaseThen",
    "Cause",
    "Cell",
    "CertificateState",
    "CertificateThen",
    "CertificateView",
    "CertificateViewPage",
    "Change",
    "ChangeCounterparty",
    "ChangeKind",
    "ChangeMember",
    "ChangeView",
    "ChannelKeyView",
    "ChannelKeyViewPage",
    "ChannelUseView",
    "ChannelUseViewPage",
    "Charge",
    "ChargeLineView",
    "CheckState",
    "CheckTitle",
    "CheckView",
    "Checklist",
    "ChecklistAnswer",
    "CheckpointView",
    "CheckpointViewPage",
    "ChoiceView",
    "CitedRule",
    "ClarificationView",
    "ClarificationViewPage",
    "ClassificationEvidenceView",
    "ClassificationHint",
    "ClassificationView",
    "ClauseChange",
    "ClauseObligationView",
    "ClauseRunsView",
    "ClauseUse",
    "ClauseView",
    "ClawbackView",
    "ClawbackViewPage",
    "CliffView",
    "ClockKind",
    "ClockLength",
    "ClockView",
    "ClosingState",
    "ColumnChange",
    "ColumnView",
    "Commission",
    "CommitBid",
    "CommitmentView",
    "CommitmentViewPage",
    "Comparable",
    "ComparableView",
    "ComparableViewPage",
    "Comparator",
    "CompareDrafts",
    "ComparedListing",
    "Comparison",
    "ComparisonView",
    "ComplaintBundleView",
    "ComplaintBundleViewPage",
    "ComplaintCount",
    "ComplaintFileView",
    "ComplaintReasonView",
    "ComplaintState",
    "ComplaintStatisticsView",
    "ComplaintStepView",
    "ComplaintStepViewPage",
    "ComplaintView",
    "ComplaintViewPage",
    "ComputingOfferView",
    "ComputingOfferViewPage",
    "ComputingRunState",
    "ConcludeComplaint",
    "ConcludeNotice",
    "ConcludeObjection",
    "Condition",
    "ConditionTerms",
    "ConfirmDeposit",
    "ConfirmPayeeAccount",
    "ConfirmReceipt",
    "ConfirmRefund",
    "ConfirmTransfer",
    "ConfirmedUse",
    "ConsentJoint",
    "Contact",
    "ContractModelItem",
    "ContractModelView",
    "ContractModelsView",
    "ContractRedlineView",
    "ContractView",
    "ContributionView",
    "ConversionDownloadView",
    "ConversionDownloadViewPage",
    "ConversionLinkView",
    "ConversionState",
    "ConversionView",
    "CorrectionLeg",
    "CorrectionState",
    "Correlation",
    "CostInputs",
    "CostModel",
    "CounterNegotiation",
    "CounterNotice",
    "CounterView",
    "CounterpartyView",
    "CounterpartyViewPage",
    "Counts",
    "Coupon",
    "CreateAsset",
    "CreateAuction",
    "CreateKey",
    "CreateListing",
    "CreateRequest",
    "CreateWebhook",
    "CreditLevel",
    "CreditNoteView",
    "CreditNoteViewPage",
    "CreditState",
    "DataContractSummary",
    "DataContractSummaryPage",
    "DataItem",
    "DataspaceAgreementView",
    "DataspaceAgreementViewPage",
    "DataspaceNegotiationState",
    "DataspaceNegotiationView",
    "DataspaceNegotiationViewPage",
    "DataspaceSide",
    "DataspaceTransferView",
    "DataspaceTransferViewPage",
    "DatedChargeView",
    "DeadlineView",
    "DealsLeftOut",
    "DecideAcceptance",
    "DecideAdmission",
    "DecideCheck",
    "DecideClassification",
    "DecideComplaint",
    "DecideRate",
    "DecideRefund",
    "DecideReversal",
    "DecideShare",
    "DecideSpread",
    "DecideWriteOff",
    "DecisionView",
    "DecisionViewPage",
    "DeclarationView",
    "DeclarationViewPage",
    "DeclareClassification",
    "DeclareInterests",
    "DeclareLost",
    "DeclareParent",
    "DeclarePayeeAccount",
    "DeclareRevenue",
    "DeclineAgreement",
    "Delegation",
    "DeletedCopy",
    "Deletion",
    "DeletionState",
    "DeletionView",
    "DelistListing",
    "DeliverAgain",
    "Delivery",
    "DeliveryFileView",
    "DeliveryNamed",
    "DeliveryPartView",
    "DeliveryPartViewPage",
    "DeliveryPlanView",
    "DeliveryPlanViewPage",
    "DeliveryState",
    "DeliveryUpdateView",
    "DeliveryUpdateViewPage",
    "DeliveryView",
    "DerivedKept",
    "DesensitisationView",
    "DesensitisationViewPage",
    "Desensitise",
    "DeskCount",
    "DeskItem",
    "DeskItemPage",
    "DeskItemView",
    "DeskItemViewPage",
    "DestroyedObject",
    "DestructionState",
    "DestructionView",
    "DestructionViewPage",
    "Detection",
    "DeterminePublicData",
    "Development",
    "DictionaryView",
    "Difference",
    "DimensionKind",
    "DimensionView",
    "DiscardJob",
    "DischargeObligation",
    "Disclosures",
    "DocumentSummary",
    "DocumentSummaryPage",
    "Draft",
    "DraftCheckView",
    "DraftFindingView",
    "DraftMandate",
    "DraftPreviewView",
    "DraftView",
    "DraftViewPage",
    "DrawMonth",
    "DrawNote",
    "DrawTaxSummary",
    "Drawn",
    "Drift",
    "Duty",
    "DutyDemand",
    "DutyKind",
    "EarnedYear",
    "EarningsView",
    "EdgeView",
    "EditAsset",
    "Effect",
    "EndAmendment",
    "EndAuction",
    "EndCertificate",
    "EndCode",
    "EndFiling",
    "EndGrant",
    "EndInvoice",
    "EndNegotiation",
    "EndProcess",
    "EndRenewal",
    "EndRequest",
    "EndSubscription",
    "EndTest",
    "EngagementState",
    "EngagementView",
    "EngagementViewPage",
    "EnterOutage",
    "EnterRate",
    "EnterRemark",
    "EnterRevision",
    "EnterSlip",
    "EnteredRevisionView",
    "EnteredRevisionViewPage",
    "EntitledFile",
    "EntitlementView",
    "Entry",
    "EntryRef",
    "EntryView",
    "EntryViewPage",
    "EventView",
    "EventViewPage",
    "Every",
    "EvidenceFileView",
    "EvidenceHint",
    "EvidenceView",
    "ExamineNotice",
    "Exclusivity",
    "ExplainEntry",
    "ExplainSpread",
    "ExplainTransaction",
    "ExtendCase",
    "FacetValue",
    "FacetView",
    "FacetsView",
    "Factor",
    "Facts",
    "FailedRule",
    "FaultDetail",
    "Fee",
    "FeeLineView",
    "FieldChange",
    "FieldProblem",
    "FigureView",
    "FiguresView",
    "FileComplaint",
    "FileContract",
    "FileDeletion",
    "FileLinkView",
    "FilePublishedView",
    "FileView",
    "FileViewPage",
    "FilingState",
    "FilingView",
    "FilingViewPage",
    "FindingState",
    "FindingView",
    "FinishUse",
    "FixtureAgreement",
    "FixtureDataset",
    "FixtureView",
    "Flat",
    "Form",
    "ForwardCounter",
    "Fragment",
    "Free",
    "GartnerInputs",
    "GateSheetView",
    "GateSheetViewPage",
    "GatesView",
    "GatewayCallView",
    "GatewayCallViewPage",
    "GatewayDayView",
    "GatewayDayViewPage",
    "GiveApproval",
    "GiveNotice",
    "GiveOpinion",
    "GiveRating",
    "GiveReason",
    "Graduated",
    "GrantState",
    "GrantTerms",
    "GrantView",
    "GuideModel",
    "HandOffComplaint",
    "HandedOver",
    "HandedOverPage",
    "HeadThen",
    "HitReason",
    "InboxEventView",
    "InboxEventViewPage",
    "InboxState",
    "IncomeCheckView",
    "IncomeCheckViewPage",
    "IncomeModel",
    "IndicatorView",
    "InfringementNoticeView",
    "InfringementNoticeViewPage",
    "Instalment",
    "Instalments",
    "Intangible",
    "IntegrityFindingView",
    "IntegrityFindingViewPage",
    "IntegrityNightView",
    "IntegrityNightViewPage",
    "InterfaceChange",
    "InterfaceView",
    "Inventory",
    "InvitationView",
    "InvitationViewPage",
    "InviteMember",
    "InvoiceDetailsView",
    "InvoiceState",
    "InvoiceView",
    "InvoiceViewPage",
    "IssueCreditNote",
    "IssueInvoice",
    "IssuedPaperView",
    "IssuedPaperViewPage",
    "JobView",
    "JobViewPage",
    "JoinderView",
    "JointAgreementState",
    "JointAgreementView",
    "JointAgreementViewPage",
    "JointAllowanceView",
    "JointBudgetView",
    "JointContent",
    "JointReason",
    "JointReviewView",
    "JointRunState",
    "JointRunView",
    "JointRunViewPage",
    "JointSide",
    "JointSideView",
    "JointTemplate",
    "Judgement",
    "KeyView",
    "Kind",
    "LeafKind",
    "LedgerCorrectionView",
    "LedgerCorrectionViewPage",
    "LeftOut",
    "LeftOutView",
    "LegalHoldView",
    "LegalHoldViewPage",
    "LicenceTerms",
    "Life",
    "Limit",
    "LineFault",
    "LineKind",
    "LineageOfListing",
    "LineageView",
    "LinkView",
    "LinksView",
    "ListedTerms",
    "ListingLine",
    "ListingLinePage",
    "ListingManifest",
    "ListingSpec",
    "ListingState",
    "ListingSummary",
    "ListingView",
    "LoadFixture",
    "MakeGrant",
    "MakeOffer",
    "MandateOrderState",
    "MandateOrderView",
    "MandateOrderViewPage",
    "MandateState",
    "MandateSummary",
    "MandateSummaryPage",
    "MandateUsage",
    "MandateView",
    "ManifestApplication",
    "ManifestMetadata",
    "ManifestPlan",
    "Mark",
    "MarkView",
    "MarkedColumn",
    "MarketModel",
    "MatchState",
    "MatchView",
    "MatchesView",
    "MatrixRow",
    "MeasureWindow",
    "Measured",
    "MemberView",
    "MemberViewPage",
    "MessageView",
    "MessageViewPage",
    "Meter",
    "MeterUsage",
    "Metered",
    "MetersView",
    "Mode",
    "Model",
    "MoneyView",
    "MonthClosingView",
    "MonthClosingViewPage",
    "MonthlyCounts",
    "NearView",
    "Nearness",
    "NegotiationState",
    "NegotiationSummary",
    "NegotiationSummaryPage",
    "NegotiationView",
    "NeighbourView",
    "NewChannelKeyView",
    "NewCounterpartyView",
    "NewInvitation",
    "NewKeyView",
    "NewMember",
    "NewReset",
    "NewWebhookView",
    "NoteSuit",
    "NoteView",
    "NoteViewPage",
    "NoticeState",
    "NoticeView",
    "NoticeViewPage",
    "Notify",
    "ObjectProblem",
    "ObjectView",
    "ObjectionEvidenceView",
    "ObjectionFindingView",
    "ObjectionState",
    "ObjectionThen",
    "ObjectionView",
    "ObjectionViewPage",
    "ObligationState",
    "ObligationView",
    "ObligationViewPage",
    "OccurrenceView",
    "OccurrenceViewPage",
    "OdrlTerms",
    "OfferRenewal",
    "OfferState",
    "OfferView",
    "OfferViewPage",
    "OfferedDimension",
    "OfferedMeasure",
    "OnRequest",
    "OneOff",
    "OneWayView",
    "Op",
    "OpenBankAccount",
    "OpenCart",
    "OpenNegotiation",
    "OpenPayment",
    "OpenTransfer",
    "OpinionView",
    "OpinionViewPage",
    "OptionInputs",
    "OrderQuoteView",
    "OrderState",
    "OrderTest",
    "OrderView",
    "OrderViewPage",
    "Outlier",
    "Outliers",
    "OutsideSource",
    "OverrideScan",
    "OverrideView",
    "Owed",
    "OwnDataAddress",
    "OwnInterfaceView",
    "OwnInterfaceViewPage",
    "Package",
    "PaidShareView",
    "PaidShareViewPage",
    "PaperView",
    "PaperViewPage",
    "ParamView",
    "Parameter",
    "ParameterView",
    "PartState",
    "PartView",
    "PartialResultView",
    "ParticipantView",
    "PartyFacts",
    "PartyState",
    "PartyView",
    "PartyViewPage",
    "PayeeAccountView",
    "PayeeAccountViewPage",
    "PayeeCodeView",
    "PayeeState",
    "PaymentState",
    "PaymentView",
    "PaymentViewPage",
    "PayoutAdviceView",
    "PayoutBatchView",
    "PayoutStandingView",
    "PayoutState",
    "PayoutView",
    "PayoutViewPage",
    "Permission",
    "PermittedIncomeView",
    "PermittedIncomeViewPage",
    "Personal",
    "Pick",
    "PickComparables",
    "PickedView",
    "PieceOfEvidence",
    "PlaceBid",
    "PlaceCart",
    "PlaceOrder",
    "Plan",
    "PlanFault",
    "PlanLine",
    "PlanManifests",
    "PlanState",
    "PlannedPart",
    "PlannedPartView",
    "PolicyRef",
    "PolicyUsed",
    "PoolInputs",
    "PortfolioAppraisalView",
    "PortfolioAsset",
    "PortfolioItemView",
    "PortfolioItemViewPage",
    "PortfolioRunView",
    "PortfolioRunViewPage",
    "PortfolioState",
    "PostComplaintMessage",
    "PostMessage",
    "PostingView",
    "PractitionerView",
    "PractitionerViewPage",
    "PrepaidView",
    "PrepayEntry",
    "PreviewPrice",
    "PriceBandView",
    "PriceCapInputs",
    "PriceFrom",
    "PriceKind",
    "PricePreviewView",
    "PriceSentenceView",
    "PriceSpreadView",
    "PriceSpreadViewPage",
    "PricedDealView",
    "PricedDealViewPage",
    "PricedPeriodView",
    "Problem",
    "ProblemView",
    "ProfileView",
    "ProgramLibrary",
    "ProgramOfferView",
    "ProgramOfferViewPage",
    "ProgramResultView",
    "ProgramRunState",
    "ProgramRunView",
    "ProgramRunViewPage",
    "ProgramServiceView",
    "Prohibition",
    "PromiseQuality",
    "ProposeAmendment",
    "ProposeBatch",
    "ProposeCorrection",
    "ProposeDeliveryPlan",
    "ProposeEngagement",
    "ProposeNegotiation",
    "ProposeRemedy",
    "ProposeWriteOff",
    "ProposedDescription",
    "ProviderView",
    "PublicationState",
    "PublicationView",
    "PublishOffer",
    "PurchasePaymentsView",
    "Purpose",
    "PushObjectView",
    "PushState",
    "PushTargetState",
    "PushTargetView",
    "PushTargetViewPage",
    "PushView",
    "PushViewPage",
    "PutLine",
    "QualityRunView",
    "QualityRunViewPage",
    "QualityView",
    "QualityWatchView",
    "QueryColumn",
    "QueryTableView",
    "QueryTableViewPage",
    "QuestionView",
    "QuotationState",
    "QuotationView",
    "QuotationViewPage",
    "QuoteState",
    "QuoteView",
    "QuoteViewPage",
    "RaiseObjection",
    "RateState",
    "RateTotalView",
    "RateView",
    "RateViewPage",
    "RatingFormulaView",
    "RatingStanding",
    "RatingView",
    "RatingsPage",
    "RealisedBand",
    "Reason",
    "ReceivedFile",
    "RecordGrant",
    "RecordLicence",
    "RecordParent",
    "RecordPermittedIncome",
    "RecordUse",
    "RecordedBid",
    "RecordedCommitment",
    "RecordedReserve",
    "RecordedStep",
    "RecordedTie",
    "Recurring",
    "RedSlipView",
    "RedeemInvitation",
    "RedeliverComplaint",
    "RedeliveryState",
    "RedeliveryView",
    "RedeliveryViewPage",
    "RedirectShare",
    "ReferObjection",
    "Reference",
    "RefundOrder",
    "RefundState",
    "RefundView",
    "RefundViewPage",
    "RefuseBatch",
    "RefuseDestruction",
    "RefuseSuccession",
    "RefuteDeletion",
    "RegisterBidder",
    "RegisterFapiao",
    "RegisterInterface",
    "RegisterPractitioner",
    "RegisterPublicResource",
    "RegisterRed",
    "RegisterSigningKey",
    "RegisterView",
    "RegisteredReport",
    "RegisteredReportPage",
    "RegistrationState",
    "RegistrationView",
    "ReissueKey",
    "RejectMandateOrder",
    "RelationView",
    "RelativeView",
    "ReleaseRemark",
    "ReleaseView",
    "ReleaseViewPage",
    "Remark",
    "RemarkState",
    "RemarkThen",
    "RemarkView",
    "RemedyView",
    "RenewalState",
    "RenewalView",
    "RenewalViewPage",
    "ReportUses",
    "ReportedUse",
    "ReportedView",
    "RequestDestruction",
    "RequestInvoice",
    "RequestNegotiation",
    "RequestState",
    "RequestSupplement",
    "RequestView",
    "RequestViewPage",
    "ResendRefund",
    "ReserveView",
    "ResetPassword",
    "RespondToObjection",
    "RestrictionScope",
    "ResumeAgreement",
    "ReturnDeposit",
    "ReturnEntry",
    "RevaluationView",
    "RevaluationViewPage",
    "RevealBid",
    "Revenue",
    "RevenueShare",
    "ReviewListing",
    "ReviewProgram",
    "ReviewRegistration",
    "ReviewRun",
    "RevisionCheck",
    "RevisionFileView",
    "RevisionView",
    "RevisionViewPage",
    "RevokeMandate",
    "Right",
    "RightsAct",
    "RotationView",
    "RoundKind",
    "RoundView",
    "RoundsDifference",
    "RowQuery",
    "RowsView",
    "RoyaltyTerms",
    "RuleBody",
    "RuleCited",
    "RuleView",
    "RulebookView",
    "Run",
    "RunJointTemplate",
    "RunProblem",
    "RunProgressView",
    "RunState",
    "RunTemplate",
    "RunView",
    "RunViewPage",
    "SampleView",
    "SaveSearch",
    "SavedSearchView",
    "SavedSearchViewPage",
    "ScopeFault",
    "ScoreRevision",
    "ScorecardSummary",
    "ScorecardSummaryPage",
    "ScorecardView",
    "ScreeningView",
    "SearchHitView",
    "SearchHitViewPage",
    "SearchPage",
    "SearchQueryBody",
    "Seat",
    "SectionMissing",
    "Segment",
    "Seller",
    "SensitivityView",
    "SentView",
    "SentenceView",
    "ServiceLevels",
    "ServiceMeasure",
    "ServiceObjective",
    "ServiceOutageView",
    "ServiceOutageViewPage",
    "ServiceRecordLine",
    "ServiceRecordView",
    "ServiceWindowView",
    "ServiceWindowViewPage",
    "SessionView",
    "SessionViewPage",
    "SetApprovalRule",
    "SetCollection",
    "SetInvoiceDetails",
    "SetLegalHold",
    "SetOffer",
    "SetProgramOffer",
    "SetPushTarget",
    "SetShares",
    "SetStanding",
    "SettleObjection",
    "SettlementView",
    "ShapleyInputs",
    "Share",
    "ShareProfile",
    "ShareTakenBackView",
    "ShareTakenBackViewPage",
    "ShareView",
    "SharedTablesView",
    "SharedVersionView",
    "SharedVersionViewPage",
    "ShelfState",
    "Side",
    "SignAgreement",
    "SignConfirmation",
    "SignDataspaceAgreement",
    "SignMandate",
    "SignReport",
    "SignTest",
    "SignatureView",
    "SigningKeyView",
    "Simulate",
    "SimulationView",
    "Since",
    "SlipState",
    "SourceKind",
    "SplitShareView",
    "SplitValue",
    "SplitView",
    "SpreadState",
    "Stage",
    "StageCost",
    "StageView",
    "Standing",
    "StartTransfer",
    "StateOccurrence",
    "Statement",
    "StatementLine",
    "Statistics",
    "StatisticsView",
    "StatusReportView",
    "Step",
    "StepKind",
    "StopView",
    "StorageView",
    "StripeFigureView",
    "StripeMatchState",
    "StripeReadingView",
    "StripeReadingViewPage",
    "StripeTransactionView",
    "StripeTransactionViewPage",
    "Study",
    "SubmitDraft",
    "SubmitProgram",
    "SubmitQuote",
    "SubscriptionState",
    "SubscriptionView",
    "SubscriptionViewPage",
    "SuccessionState",
    "SuccessionView",
    "SuccessionViewPage",
    "SuitView",
    "SummaryPair",
    "SuperviseListing",
    "SupplyMaterials",
    "SuspendAgreement",
    "SwingView",
    "TableConversionView",
    "TableConversionViewPage",
    "TableFormat",
    "TableMarks",
    "TablePublishedView",
    "TableScope",
    "TakeChannelKey",
    "TakeOffer",
    "Taxpayer",
    "TemplateParameter",
    "TemplateState",
    "TemplateView",
    "TemplateViewPage",
    "TerminateAgreement",
    "TerminationState",
    "TerminationView",
    "Terms",
    "TestAnswer",
    "TestBadge",
    "TestCall",
    "TestState",
    "TestView",
    "TestViewPage",
    "Text",
    "Tier",
    "TitleAnswer",
    "TitlePair",
    "TitleThen",
    "TitleView",
    "TopUp",
    "TraceResult",
    "TraceState",
    "TraceView",
    "TraceViewPage",
    "TransferInstructions",
    "TransferReversalState",
    "TransferReversalView",
    "TransferReversalViewPage",
    "TransferState",
    "TransferTitle",
    "TreatmentState",
    "Trial",
    "TrialBalanceView",
    "TrialView",
    "Trigger",
    "Unsupported",
    "UnsupportedInputs",
    "UpcomingBill",
    "UpstreamCredential",
    "UsageEventView",
    "UsageEventViewPage",
    "UsagePolicy",
    "UsageView",
    "Use",
    "UseResult",
    "UseView",
    "UsedView",
    "ValuePortfolio",
    "ValuedAt",
    "ValuerView",
    "Verdict",
    "VerificationView",
    "VerifyDataspaceAgreement",
    "VersionView",
    "ViolationView",
    "VoidSlip",
    "Volume",
    "Wacc",
    "WaiveObligation",
    "Want",
    "Wara",
    "WebhookAnswer",
    "WebhookDeliveryView",
    "WebhookDeliveryViewPage",
    "WebhookState",
    "WebhookTestView",
    "WebhookView",
    "WeighedAsset",
    "Weighing",
    "WhatIf",
    "WhatIfView",
    "WhoAmI",
    "WindowState",
    "WithdrawComplaint",
    "WithdrawNotice",
    "WithdrawObjection",
    "WithdrawOffer",
    "WithdrawQuote",
    "WithdrawRatingText",
    "WithdrawRegistration",
    "WithheldShareView",
    "WithheldShareViewPage",
    "WithheldState",
    "WithholdShare",
    "WitnessView",
    "WitnessesView",
    "Words",
    "WrappingKeysView",
    "WriteOff",
    "WriteOffState",
    "WriteOffView",
    "WriteOffViewPage",
    "WriteTemplate",
    "YearsView",
    "dateFigure",
    "intFigure",
]


class Model(Struct, frozen=True):
    """An object of the API."""


class AcceptEngagement(Model, frozen=True, kw_only=True):
    first_valuer: str
    reviewer: str
    second_valuer: str


class AcceptNegotiation(Model, frozen=True, kw_only=True):
    terms_digest: str


class AcceptTest(Model, frozen=True, kw_only=True):
    independence: str


class Access(Model, frozen=True, kw_only=True):
    action: str | UnsetType = UNSET
    calls: int | UnsetType = UNSET
    environment: str | UnsetType = UNSET
    place: str | UnsetType | None = UNSET
    purpose: str | UnsetType | None = UNSET
    revision_id: str | UnsetType | None = UNSET
    rows: int | UnsetType | None = UNSET
    seconds: int | UnsetType = UNSET


class AccessDecisionView(Model, frozen=True, kw_only=True):
    factor: str | None
    failed: list[FailedRule]
    permit: bool
    reason: Text | None
    rule: str | None


class AccountLine(Model, frozen=True, kw_only=True):
    amount: MoneyView
    balance: MoneyView
    booked_on: dt.date
    counter_account: str
    entry_id: str
    id: str
    kind: str
    posted_at: dt.datetime
    reference: str
    subject: str


class AccountLinePage(Model, frozen=True, kw_only=True):
    items: list[AccountLine]
    next: str | None


Action: TypeAlias = Literal["create", "change", "replace", "submit", "delist", "remember", "nothing"]


class AddCounterparty(Model, frozen=True, kw_only=True):
    address: str
    authentication: Authentication | UnsetType = UNSET
    did: str
    token_out: str | UnsetType | None = UNSET


class AddPaper(Model, frozen=True, kw_only=True):
    file_id: str
    kind: Literal[
        "title-verification", "survey", "client-document", "market-research", "calculation", "interview", "other"
    ]
    title: str


class AddRevision(Model, frozen=True, kw_only=True):
    files: list[str]


class AdmissionView(Model, frozen=True, kw_only=True):
    key: KeyView
    party: PartyView
    secret: str


class AdvanceClock(Model, frozen=True, kw_only=True):
    seconds: int | UnsetType = UNSET
    working_days: int | UnsetType = UNSET


class Agent(Model, frozen=True, kw_only=True):
    jkt: str


Aggregation: TypeAlias = Literal["sum", "count", "max", "unique"]


class AgreedFile(Model, frozen=True, kw_only=True):
    name: str
    sha256: str
    size_bytes: int


class AgreementPolicyView(Model, frozen=True, kw_only=True):
    agreement_id: str
    meters: MetersView
    odrl: dict[str, Any]
    policy: UsagePolicy
    sentences: list[SentenceView]


class AgreementSplitView(Model, frozen=True, kw_only=True):
    agreement_id: str
    created_at: dt.datetime
    order_id: str
    sha256: str
    shares: list[SplitShareView]
    tree: dict[str, Any]


AgreementState: TypeAlias = Literal[
    "drafted", "signed_by_one", "in_force", "suspended", "declined", "terminated", "expired"
]


class AgreementSummary(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    asset_id: str | None
    consumer: str
    created_at: dt.datetime
    digest: str
    id: str
    in_force_at: dt.datetime | None
    licence_ends_on: dt.date | None
    order_id: str | None
    provider: str
    sign_due_at: dt.datetime | None
    status: str


class AgreementSummaryPage(Model, frozen=True, kw_only=True):
    items: list[AgreementSummary]
    next: str | None


class AgreementView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amendments: list[AmendedView]
    consumer: str
    content: dict[str, Any]
    created_at: dt.datetime
    digest: str
    document_id: str | None
    grant_id: str | None
    id: str
    in_force_at: dt.datetime | None
    licence_ends_on: dt.date | None
    order_id: str | None
    provider: str
    sign_due_at: dt.datetime | None
    signatures: list[SignatureView]
    signing_text: str
    status: str
    terms: Terms | None
    wire: dict[str, Any] | None


class AllowanceView(Model, frozen=True, kw_only=True):
    agreement_id: str
    micro_epsilon_left: int
    micro_epsilon_spent: int
    offer: ComputingOfferView | None
    order_id: str
    templates: list[TemplateView]


class AmendedView(Model, frozen=True, kw_only=True):
    amendment_id: str
    digest: str
    effective_at: dt.datetime
    n: int


AmendmentState: TypeAlias = Literal[
    "proposed", "signed_by_one", "agreed", "in_effect", "declined", "withdrawn", "lapsed", "void"
]


class AmendmentView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    answer_due_at: dt.datetime
    consumer: str
    content: dict[str, Any]
    created_at: dt.datetime
    digest: str
    document_id: str | None
    effective_at: dt.datetime | None
    end_reason: str | None
    id: str
    n: int
    proposed_by: str
    provider: str
    signatures: list[SignatureView]
    signing_text: str
    status: str


class AmendmentViewPage(Model, frozen=True, kw_only=True):
    items: list[AmendmentView]
    next: str | None


class AnnounceMaintenance(Model, frozen=True, kw_only=True):
    ends_at: dt.datetime
    reason: str
    starts_at: dt.datetime


class Answer(Model, frozen=True, kw_only=True):
    en: str
    outcome: str
    pointer: str
    rule: str
    zh: str


class AnswerCheck(Model, frozen=True, kw_only=True):
    text: str


class AnswerClarification(Model, frozen=True, kw_only=True):
    answer: str


class AnswerComplaint(Model, frozen=True, kw_only=True):
    evidence: list[str] | UnsetType = UNSET
    stance: Literal["contest", "concede"]
    statement: str


class AnswerDeletion(Model, frozen=True, kw_only=True):
    accepted: bool
    reason: str


class AnswerDeliveryPlan(Model, frozen=True, kw_only=True):
    answer: Literal["agree", "decline", "withdraw"]
    reason: str


class AnswerObjection(Model, frozen=True, kw_only=True):
    answer: str
    decision: Literal["concede", "contest"]


class AnswerProposal(Model, frozen=True, kw_only=True):
    accept: bool
    statement: str | UnsetType = UNSET


class AnswerRating(Model, frozen=True, kw_only=True):
    text: str


class AnswerRedelivery(Model, frozen=True, kw_only=True):
    accept: bool
    evidence: list[str] | UnsetType = UNSET
    statement: str | UnsetType = UNSET


class AnswerRedeliveryRequest(Model, frozen=True, kw_only=True):
    agree: bool
    reason: str


class AnswerRequest(Model, frozen=True, kw_only=True):
    answer: str
    files: list[str] | UnsetType = UNSET


class AnswerTermination(Model, frozen=True, kw_only=True):
    answer: Literal["agree", "refuse", "withdraw"]
    reason: str


class AnswerTransfer(Model, frozen=True, kw_only=True):
    decision: Literal["consent", "decline"]
    reason: str


ApiChangeKind: TypeAlias = Literal["added", "changed", "deprecated", "removed"]


class ApiChangeView(Model, frozen=True, kw_only=True):
    deprecated_at: dt.datetime | None
    en: str
    id: str
    kind: str
    members: list[str]
    on: dt.date
    operations: list[str]
    successor: str | None
    sunset_at: dt.datetime | None
    zh: str


class AppealDecision(Model, frozen=True, kw_only=True):
    evidence: list[str] | UnsetType = UNSET
    statement: str


class ApplicantStatement(Model, frozen=True, kw_only=True):
    address: str | UnsetType = UNSET
    business_state: Literal["operating", "suspended", "restructuring", "liquidating"] | UnsetType | None = UNSET


class AppliedManifestView(Model, frozen=True, kw_only=True):
    applied_at: dt.datetime
    kind: str
    listing_id: str
    manager: str
    name: str
    replaces: str | None
    set: str | None
    spec: dict[str, Any]
    version: int


class AppliedManifestViewPage(Model, frozen=True, kw_only=True):
    items: list[AppliedManifestView]
    next: str | None


class ApplyForAdmission(Model, frozen=True, kw_only=True):
    contact: Contact
    kind: Literal["enterprise", "institution", "government", "association", "individual-business"]
    member: NewMember | UnsetType | None = UNSET
    name: str
    pledges: list[
        Literal[
            "accept-trading-rules",
            "truthful-information",
            "lawful-source",
            "no-state-secrets",
            "use-within-licence",
            "independence",
        ]
    ]
    roles: list[Literal["provider", "developer", "buyer", "investor", "valuer", "tester", "insurer", "lender"]]
    uscc: str


class ApplyForCancellation(Model, frozen=True, kw_only=True):
    evidence: list[PieceOfEvidence]
    ground: str
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    type: Literal["cancellation"]


class ApplyForChange(Model, frozen=True, kw_only=True):
    description: ProposedDescription | UnsetType | None = UNSET
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    restrictions: str | UnsetType | None = UNSET
    revision_id: str | UnsetType | None = UNSET
    rights: list[Right] | UnsetType | None = UNSET
    scope: RestrictionScope | UnsetType | None = UNSET
    type: Literal["change"]


class ApplyForCorrection(Model, frozen=True, kw_only=True):
    description: ProposedDescription
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    type: Literal["correction"]


class ApplyForRegistration(Model, frozen=True, kw_only=True):
    applicant: ApplicantStatement | UnsetType | None = UNSET
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    outside_sources: list[OutsideSource] | UnsetType = UNSET
    public_sources: list[str] | UnsetType = UNSET
    restrictions: str | UnsetType = UNSET
    revision_id: str
    rights: list[Right]
    scope: RestrictionScope | UnsetType | None = UNSET
    title_basis: str


class ApplyForRenewal(Model, frozen=True, kw_only=True):
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    type: Literal["renewal"]


class ApplyForTransfer(Model, frozen=True, kw_only=True):
    consents: list[str] | UnsetType = UNSET
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    rights: list[Right] | UnsetType | None = UNSET
    transferee_id: str
    type: Literal["transfer"]


class ApplyManifests(Model, frozen=True, kw_only=True):
    asked: PlanManifests
    plan: str


class AppraisalSummary(Model, frozen=True, kw_only=True):
    approach: str
    asset_id: str
    base_date: dt.date
    created_at: dt.datetime
    document_id: str
    engagement_id: str | None
    high: MoneyView
    id: str
    low: MoneyView
    provider: str
    revision_id: str
    standing: str
    standing_text: Text
    use_until: dt.date
    value: MoneyView
    valuer: str


class AppraisalSummaryPage(Model, frozen=True, kw_only=True):
    items: list[AppraisalSummary]
    next: str | None


class AppraisalView(Model, frozen=True, kw_only=True):
    appraisal: dict[str, Any]
    approach: str
    asset_id: str
    base_date: dt.date
    created_at: dt.datetime
    document_id: str
    engagement_id: str | None
    high: MoneyView
    id: str
    low: MoneyView
    revision_id: str
    scorecard_id: str
    standing: str
    standing_text: Text
    use_until: dt.date
    value: MoneyView
    valuer: str


class AppraiseAsset(Model, frozen=True, kw_only=True):
    base_date: dt.date
    inputs: CostInputs | UnsetType | None = UNSET
    scorecard_id: str
    study: Study | UnsetType | None = UNSET
    use_until: dt.date | UnsetType | None = UNSET


class AppraisedBand(Model, frozen=True, kw_only=True):
    """有效估值区间 · the span of the appraisals that stand"""

    en: str
    figures: BandFigures | None
    zh: str


class ApprovalRuleView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    key_id: str
    n: int
    party_id: str
    reason: str
    rule: RuleBody


class ApprovalRuleViewPage(Model, frozen=True, kw_only=True):
    items: list[ApprovalRuleView]
    next: str | None


class ApprovalView(Model, frozen=True, kw_only=True):
    amount: MoneyView | None
    approved_at: dt.datetime
    id: str
    key_id: str
    rule_n: int
    seat: str
    superseded_by: str | None
    terms_digest: str
    voided_at: dt.datetime | None


class ApprovalViewPage(Model, frozen=True, kw_only=True):
    items: list[ApprovalView]
    next: str | None


class ApproveBatch(Model, frozen=True, kw_only=True):
    digest: str


class ApproveCart(Model, frozen=True, kw_only=True):
    digest: str


class ApproveDestruction(Model, frozen=True, kw_only=True):
    digest: str


class ApproveMandateOrder(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class ApproveNegotiation(Model, frozen=True, kw_only=True):
    terms_digest: str


class ArriveTransaction(Model, frozen=True, kw_only=True):
    bank_entry_id: str
    reason: str


class ArticleView(Model, frozen=True, kw_only=True):
    annex: bool
    clauses: list[str]
    default: str | None
    mandatory: bool
    name: Text
    national_article: str | None
    slot: str


class AskAggregates(Model, frozen=True, kw_only=True):
    place: str | UnsetType | None = UNSET
    revision_id: str | UnsetType | None = UNSET
    sql: str


class AskClarification(Model, frozen=True, kw_only=True):
    question: str


class AskConversion(Model, frozen=True, kw_only=True):
    format: TableFormat
    revision_id: str | UnsetType | None = UNSET
    table: str


class AskForData(Model, frozen=True, kw_only=True):
    due_on: dt.date
    subject: str


class AskForTrace(Model, frozen=True, kw_only=True):
    asset_id: str
    file_id: str
    table: str | UnsetType | None = UNSET


class AskJoint(Model, frozen=True, kw_only=True):
    a_revision_id: str | UnsetType | None = UNSET
    b_revision_id: str | UnsetType | None = UNSET
    place: str | UnsetType | None = UNSET
    sql: str


class AskMandateOrder(Model, frozen=True, kw_only=True):
    amount: MoneyView
    at: str
    public_key: str
    quote_id: str
    signature: str


class AskQuote(Model, frozen=True, kw_only=True):
    listing_id: str
    purpose: str
    use_case: str | UnsetType = UNSET


class AskRedelivery(Model, frozen=True, kw_only=True):
    reason: str


class AskRefund(Model, frozen=True, kw_only=True):
    amount: MoneyView
    reason: str
    subject_id: str


class AskReopening(Model, frozen=True, kw_only=True):
    reason: str


class AssetView(Model, frozen=True, kw_only=True):
    covers_from: dt.date | None
    covers_until: dt.date | None
    created_at: dt.datetime
    form: str
    id: str
    industry: str
    latest_revision: RevisionView | None
    name: str
    overview: str
    party_id: str
    public_basis: str | None
    public_data: bool
    records: int | None
    region: str
    region_level: str | None
    source_kind: str
    structure: str | None
    theme: str
    update_cycle: str


class AssetViewPage(Model, frozen=True, kw_only=True):
    items: list[AssetView]
    next: str | None


class AssignEntry(Model, frozen=True, kw_only=True):
    payment_ids: list[str]
    reason: str


class AttachmentView(Model, frozen=True, kw_only=True):
    media_type: str
    n: int
    name: str
    sha256: str
    size_bytes: int


AuctionFormat: TypeAlias = Literal["english", "sealed", "vickrey"]


class AuctionNotice(Model, frozen=True, kw_only=True):
    auction_id: str
    closes_at: str | None
    currency: str
    deposit: str
    displays_at: str
    format: str
    listing_id: str
    opens_at: str
    reserve_digest: str
    reveals_until: str | None
    runner_up: bool
    seller: str
    start_price: str
    steps: list[RecordedStep]
    terms_digest: str
    title_en: str
    title_zh: str


class AuctionOutcome(Model, frozen=True, kw_only=True):
    bidder: str
    closed_at: str
    instead_of: str | None
    pays: str
    runner_up: str | None
    runner_up_pays: str | None
    terms_digest: str


class AuctionRecord(Model, frozen=True, kw_only=True):
    bids: list[RecordedBid]
    closes_at: str
    commitments: list[RecordedCommitment]
    confirmation: dict[str, Any] | None
    ended_as: str
    extensions: int
    kind: str
    minutes: dict[str, Any]
    notice: AuctionNotice
    outcome: AuctionOutcome | None
    reserve: RecordedReserve
    ties: dict[str, RecordedTie]


AuctionState: TypeAlias = Literal[
    "draft", "noticed", "displayed", "open", "closing", "closed", "confirmed", "failed", "annulled", "defaulted"
]


class AuctionStep(Model, frozen=True, kw_only=True):
    from_price: MoneyView
    step: MoneyView


class AuctionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    bid_count: int
    closes_at: dt.datetime
    confirm_due_at: dt.datetime | None
    confirmation_document_id: str | None
    confirming_text: str | None
    current: MoneyView | None
    deposit: MoneyView
    displays_at: dt.datetime
    end_reason: str | None
    extensions: int
    format: str
    id: str
    listing_id: str
    minutes_document_id: str | None
    next_bid: MoneyView | None
    opens_at: dt.datetime
    order_id: str | None
    price: MoneyView | None
    provider: str
    reserve: ReserveView | None
    reserve_digest: str
    reveals_until: dt.datetime | None
    runner_up: bool
    start_price: MoneyView
    status: str
    steps: list[AuctionStep]
    terms: Terms
    terms_digest: str
    title_en: str
    title_zh: str
    winner: str | None


class AuctionViewPage(Model, frozen=True, kw_only=True):
    items: list[AuctionView]
    next: str | None


class AuditRevenue(Model, frozen=True, kw_only=True):
    component: str
    cost: MoneyView | UnsetType | None = UNSET
    period_start: dt.datetime
    revenue: MoneyView


class AuditedAppraisal(Model, frozen=True, kw_only=True):
    approach: str
    asset_id: str
    base_date: dt.date
    created_at: dt.datetime
    currency: str
    high: str
    id: str
    low: str
    standing: str
    use_until: dt.date
    value: str
    valuer: str


class AuditedAppraisalPage(Model, frozen=True, kw_only=True):
    items: list[AuditedAppraisal]
    next: str | None


Authentication: TypeAlias = Literal["token", "self-issued-token"]


class AwardQuote(Model, frozen=True, kw_only=True):
    terms_digest: str


class BackTest(Model, frozen=True, kw_only=True):
    assets: int
    better_than_both: bool | None
    deals: int
    deals_min: int
    left_out: list[DealsLeftOut]
    method: Text
    segments: list[Segment]
    values: int


class BackupKept(Model, frozen=True, kw_only=True):
    purge_on: dt.date
    where: str


class BalanceView(Model, frozen=True, kw_only=True):
    account: str
    balance: MoneyView


class BalanceViewPage(Model, frozen=True, kw_only=True):
    items: list[BalanceView]
    next: str | None


class Band(Model, frozen=True, kw_only=True):
    approvers: int
    up_to: MoneyView | UnsetType | None = UNSET


class BandFigures(Model, frozen=True, kw_only=True):
    first_on: dt.date
    high: MoneyView
    last_on: dt.date
    low: MoneyView
    median: MoneyView
    n: int


class BankAccountView(Model, frozen=True, kw_only=True):
    bank_code: str
    bank_name: str
    closes_on: dt.date | None
    closing_balance: MoneyView | None
    created_at: dt.datetime
    currency: str
    holder: str
    id: str
    number: str
    opening_balance: MoneyView
    payment_format: str


class BankAccountViewPage(Model, frozen=True, kw_only=True):
    items: list[BankAccountView]
    next: str | None


class BankEntryView(Model, frozen=True, kw_only=True):
    account_id: str
    allowed_actions: list[str]
    amount: MoneyView
    bank_reference: str | None
    booked_on: dt.date
    counterparty: str | None
    counterparty_account: str | None
    credit: bool
    due_at: dt.datetime | None
    end_to_end_id: str | None
    held_amount: MoneyView
    id: str
    note: str | None
    outcome: str | None
    owner: str | None
    party_id: str | None
    payment_ids: list[str]
    reason: str | None
    remittance: str
    statement_id: str
    status: str | None
    value_on: dt.date | None


class BankEntryViewPage(Model, frozen=True, kw_only=True):
    items: list[BankEntryView]
    next: str | None


class BankStatementView(Model, frozen=True, kw_only=True):
    account_id: str
    closes_on: dt.date
    closing_balance: MoneyView
    credit_total: MoneyView
    debit_total: MoneyView
    entry_count: int
    file_sha256: str
    form: str
    id: str
    imported_at: dt.datetime
    number: str
    opening_balance: MoneyView
    opens_on: dt.date
    outcomes: dict[str, int]
    sequence: int | None


class BankStatementViewPage(Model, frozen=True, kw_only=True):
    items: list[BankStatementView]
    next: str | None


class BatchApprovalView(Model, frozen=True, kw_only=True):
    approved_at: dt.datetime
    key_id: str


class BatchLineView(Model, frozen=True, kw_only=True):
    channel: str
    created_at: dt.datetime
    currency: str
    due_at: dt.datetime
    execution_on: dt.date
    id: str
    payout_count: int
    status: str
    total: MoneyView


class BatchLineViewPage(Model, frozen=True, kw_only=True):
    items: list[BatchLineView]
    next: str | None


BatchState: TypeAlias = Literal["proposed", "approved", "refused", "lapsed"]


Bearer: TypeAlias = Literal["provider", "consumer"]


class BeginPush(Model, frozen=True, kw_only=True):
    place: str | UnsetType | None = UNSET
    revision_id: str | UnsetType | None = UNSET


class BidView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    at: dt.datetime
    auction_id: str
    bidder: str
    closes_at: dt.datetime
    seq: int


class BidViewPage(Model, frozen=True, kw_only=True):
    items: list[BidView]
    next: str | None


BidderState: TypeAlias = Literal["registered", "held", "releasing", "returned", "set_off", "forfeited", "lapsed"]


class BidderView(Model, frozen=True, kw_only=True):
    auction_id: str
    deposit: MoneyView
    forfeited: MoneyView
    id: str
    party_id: str
    purpose: str
    registered_at: dt.datetime
    status: str
    use_case: str


class BidderViewPage(Model, frozen=True, kw_only=True):
    items: list[BidderView]
    next: str | None


class BillDetail(Model, frozen=True, kw_only=True):
    bill: BillView
    lines: list[BillLineView]
    usage: list[UsedView]


class BillLineView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    component: str
    exact: str
    kind: str
    period_end: dt.datetime
    period_start: dt.datetime
    quantity: int | None
    reason: str
    trace: list[Step]
    unit_price: str | None


BillState: TypeAlias = Literal["issued", "overdue", "paid", "written_off"]


class BillView(Model, frozen=True, kw_only=True):
    agreement_id: str
    buyer: str
    due_at: dt.datetime
    fee: MoneyView | None
    id: str
    issued_at: dt.datetime
    kind: str
    n: int
    next_step_at: dt.datetime | None
    number: str
    paid: MoneyView
    paid_at: dt.datetime | None
    plan_number: int
    provider: str
    provider_share: MoneyView | None
    status: str
    subscription_id: str
    total: MoneyView


class BillViewPage(Model, frozen=True, kw_only=True):
    items: list[BillView]
    next: str | None


BookCheckState: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled"]


class BookCheckView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    created_at: dt.datetime
    ended_at: dt.datetime | None
    fault_count: int | None
    id: str
    report: BookReportView | None
    requested_by: str | None
    status: str
    steps: int
    steps_done: int


class BookCheckViewPage(Model, frozen=True, kw_only=True):
    items: list[BookCheckView]
    next: str | None


class BookFaultView(Model, frozen=True, kw_only=True):
    detail: FaultDetail
    subject: str


class BookReportView(Model, frozen=True, kw_only=True):
    entries: int
    faults: list[BookFaultView]
    holds: bool
    postings: int
    trial: list[TrialBalanceView]


class BuildUp(Model, frozen=True, kw_only=True, tag_field="by", tag="build-up"):
    data: Parameter
    industry: Parameter
    market: Parameter
    risk_free: Parameter
    size: Parameter


class Bundle(Model, frozen=True, kw_only=True, tag_field="kind", tag="bundle"):
    amount: str
    members: list[BundleMember]
    name: str


class BundleLinkView(Model, frozen=True, kw_only=True):
    delivery_id: str
    expires_at: dt.datetime
    files: list[AgreedFile]
    order_id: str
    revision_id: str
    serves: str
    to: str | None
    url: str


class BundleMember(Model, frozen=True, kw_only=True):
    listing: str
    weight: int


class CalculateGartner(Model, frozen=True, kw_only=True):
    base_date: dt.date
    calculation: Literal["gartner"]
    inputs: GartnerInputs


class CalculateOption(Model, frozen=True, kw_only=True):
    base_date: dt.date
    calculation: Literal["real-option"]
    inputs: OptionInputs


class CalculatePool(Model, frozen=True, kw_only=True, tag_field="calculation", tag="shapley-pool"):
    base_date: dt.date
    inputs: PoolInputs


class CalculatePriceCap(Model, frozen=True, kw_only=True):
    base_date: dt.date
    calculation: Literal["price-cap"]
    inputs: PriceCapInputs


class CalculateShapley(Model, frozen=True, kw_only=True, tag_field="calculation", tag="shapley"):
    base_date: dt.date
    inputs: ShapleyInputs


class CalculationView(Model, frozen=True, kw_only=True):
    calculation: dict[str, Any]


class CancelOrder(Model, frozen=True, kw_only=True):
    reason: str


class CapProduct(Model, frozen=True, kw_only=True):
    cap: Parameter
    price: Parameter
    unit: str
    units: Parameter


class Capm(Model, frozen=True, kw_only=True, tag_field="by", tag="capm"):
    beta: Parameter
    equity_premium: Parameter
    risk_free: Parameter
    specific: Parameter


CardDisputeState: TypeAlias = Literal["warned", "open", "answered", "won", "lost", "closed"]


class CardDisputeView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    buyer: str
    closed_at: dt.datetime | None
    created_at: dt.datetime
    due_by: dt.datetime | None
    evidence: CardEvidence
    fee: MoneyView
    gateway_reference: str
    gateway_status: str
    id: str
    look_at: dt.datetime | None
    payment_id: str
    provider: str | None
    reason: str
    reinstated: MoneyView
    sent_at: dt.datetime | None
    status: str
    subject_id: str
    withdrawn: MoneyView


class CardDisputeViewPage(Model, frozen=True, kw_only=True):
    items: list[CardDisputeView]
    next: str | None


class CardEvidence(Model, frozen=True, kw_only=True):
    access_activity_log: str | UnsetType | None = UNSET
    cancellation_rebuttal: str | UnsetType | None = UNSET
    product_description: str | UnsetType | None = UNSET
    refund_refusal_explanation: str | UnsetType | None = UNSET
    service_date: str | UnsetType | None = UNSET
    uncategorized_text: str | UnsetType | None = UNSET


class CartLineView(Model, frozen=True, kw_only=True):
    due: MoneyView | None
    faults: list[LineFault]
    listing_id: str
    n: int
    order_id: str | None
    price: OneOff | Free | OnRequest | Plan | None
    price_then: OneOff | Free | OnRequest | Plan
    provider: str | None
    purpose: str
    title_en: str
    title_zh: str
    use_case: str


CartState: TypeAlias = Literal["open", "placed", "discarded", "abandoned"]


class CartSummary(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    cost_centre: str | None
    due_at: dt.datetime | None
    id: str
    opened_at: dt.datetime
    placed_at: dt.datetime | None
    purchase_order_number: str | None
    status: str
    total: MoneyView | None


class CartSummaryPage(Model, frozen=True, kw_only=True):
    items: list[CartSummary]
    next: str | None


class CartView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    cost_centre: str | None
    digest: str
    due_at: dt.datetime | None
    exposure: MoneyView | None
    id: str
    lines: list[CartLineView]
    opened_at: dt.datetime
    placed_at: dt.datetime | None
    purchase_order_number: str | None
    status: str
    total: MoneyView | None
    transfer_reference: str | None


class CaseThen(Model, frozen=True, kw_only=True):
    entries: list[EntryRef]
    id: str
    state: str
    type: str


class Cause(Model, frozen=True, kw_only=True):
    check: str
    failed_after: int | None
    failed_before: int | None
    indicator: str
    share_after: str | None
    share_before: str | None


class Cell(Model, frozen=True, kw_only=True):
    clause: str
    text: Text


CertificateState: TypeAlias = Literal["in_force", "replaced", "cancelled", "revoked", "expired"]


class CertificateThen(Model, frozen=True, kw_only=True):
    document_sha256: str
    entries: list[EntryRef]
    holder: str
    id: str
    in_force: bool
    number: str
    rights: list[str]
    state: str
    valid_from: dt.date
    valid_until: dt.date


class CertificateView(Model, frozen=True, kw_only=True):
    asset_id: str
    asset_name: str
    content_sha256: str
    created_at: dt.datetime
    document_id: str
    holder_name: str
    id: str
    number: str
    party_id: str
    regime: str
    registration_id: str
    replaces_id: str | None
    restrictions: str
    revision_id: str
    rights: list[str]
    scope: dict[str, Any] | None
    source_kind: str
    status: str
    status_changed_at: dt.datetime
    title_basis: str
    valid_from: dt.date
    valid_until: dt.date


class CertificateViewPage(Model, frozen=True, kw_only=True):
    items: list[CertificateView]
    next: str | None


class Change(Model, frozen=True, kw_only=True):
    after: str | None
    before: str | None


class ChangeCounterparty(Model, frozen=True, kw_only=True):
    address: str | UnsetType | None = UNSET
    authentication: Authentication | UnsetType | None = UNSET
    token_out: str | UnsetType | None = UNSET


ChangeKind: TypeAlias = Literal["added", "removed", "replaced", "moved", "version", "value"]


class ChangeMember(Model, frozen=True, kw_only=True):
    administrator: bool | UnsetType = UNSET
    name: str | UnsetType = UNSET
    roles: list[str] | UnsetType = UNSET


class ChangeView(Model, frozen=True, kw_only=True):
    change: ClauseChange
    sentence: Text


class ChannelKeyView(Model, frozen=True, kw_only=True):
    agreement_id: str
    created_at: dt.datetime
    expires_at: dt.datetime
    id: str
    order_id: str
    prefix: str
    recipient: str
    replaced_by: str | None
    revoked_at: dt.datetime | None


class ChannelKeyViewPage(Model, frozen=True, kw_only=True):
    items: list[ChannelKeyView]
    next: str | None


class ChannelUseView(Model, frozen=True, kw_only=True):
    address: str
    at: dt.datetime
    byte_range: str | None
    channel_key_id: str
    http_status: int
    id: str
    operation: str
    release_id: str | None
    response_bytes: int | None
    subject: str | None


class ChannelUseViewPage(Model, frozen=True, kw_only=True):
    items: list[ChannelUseView]
    next: str | None


class Charge(Model, frozen=True, kw_only=True):
    rate: Parameter
    value: Parameter


class ChargeLineView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    component: str
    en: str
    exact: str
    kind: str
    period_end: dt.datetime
    period_start: dt.datetime
    quantity: int | None
    reason: str
    trace: list[Step]
    unit_price: str | None
    zh: str


CheckState: TypeAlias = Literal["open", "overdue", "answered", "closed"]


class CheckTitle(Model, frozen=True, kw_only=True):
    act: RightsAct
    grantee_id: str | UnsetType | None = UNSET
    holder_id: str | UnsetType | None = UNSET
    under: str | UnsetType | None = UNSET
    wanted: GrantTerms


class CheckView(Model, frozen=True, kw_only=True):
    detail: Words
    holds: bool | None
    name: Words


class Checklist(Model, frozen=True, kw_only=True):
    description_accuracy: bool
    public_data_checked: bool
    rights_clarity: bool
    source_compliance: bool


class ChecklistAnswer(Model, frozen=True, kw_only=True):
    evidence: str | UnsetType | None = UNSET
    reason: str
    yes: bool


class CheckpointView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    note: str
    root: str
    size: int


class CheckpointViewPage(Model, frozen=True, kw_only=True):
    items: list[CheckpointView]
    next: str | None


class ChoiceView(Model, frozen=True, kw_only=True):
    code: str
    name: Text


class CitedRule(Model, frozen=True, kw_only=True):
    basis: str
    basis_text: Text
    en: str
    id: str
    zh: str


class ClarificationView(Model, frozen=True, kw_only=True):
    answer: str | None
    answered_at: dt.datetime | None
    asked_at: dt.datetime
    id: str
    question: str


class ClarificationViewPage(Model, frozen=True, kw_only=True):
    items: list[ClarificationView]
    next: str | None


class ClassificationEvidenceView(Model, frozen=True, kw_only=True):
    file_id: str
    kind: str
    retention_until: dt.date
    sha256: str


class ClassificationHint(Model, frozen=True, kw_only=True):
    after: str
    evidence: list[EvidenceHint]
    level_before: str | None
    personal: str


class ClassificationView(Model, frozen=True, kw_only=True):
    after: str
    asset_id: str
    categories: list[str]
    created_at: dt.datetime
    evidence: list[ClassificationEvidenceView]
    export_evidence_missing: list[str]
    export_path: str
    id: str
    important: bool
    items: list[DataItem]
    level: str
    minors: bool
    people: int
    personal: str
    policy: PolicyRef
    price_cap: MoneyView | None
    public_open: bool | None
    sensitive: bool
    sensitive_people: int


class ClauseChange(Model, frozen=True, kw_only=True):
    after: int | UnsetType | None = UNSET
    before: int | UnsetType | None = UNSET
    clause: str
    kind: str
    new: str | int | UnsetType | None = UNSET
    old: str | int | UnsetType | None = UNSET
    param: str | UnsetType | None = UNSET
    replaces: str | UnsetType | None = UNSET
    use: ClauseUse | UnsetType | None = UNSET


class ClauseObligationView(Model, frozen=True, kw_only=True):
    bearer: str
    clock: str | None
    code: str
    length: str | int | None
    name: Text
    trigger: str


class ClauseRunsView(Model, frozen=True, kw_only=True):
    after: int | None
    before: int | None
    clause: str
    en: list[list[Run]]
    zh: list[list[Run]]


class ClauseUse(Model, frozen=True, kw_only=True):
    clause: str
    values: dict[str, str | int] | UnsetType = UNSET
    version: str


class ClauseView(Model, frozen=True, kw_only=True):
    basis: str
    basis_text: Text
    binds: str
    confidence: str
    excludes: list[str]
    id: str
    matrix: list[StageView]
    name: Text
    notable: bool
    obligations: list[ClauseObligationView]
    params: list[ParamView]
    policy: Fragment
    reference: Reference | None
    requires: list[str]
    slot: str
    survives: bool
    text: Text
    version: str


class ClawbackView(Model, frozen=True, kw_only=True):
    owed: MoneyView
    party_id: str


class ClawbackViewPage(Model, frozen=True, kw_only=True):
    items: list[ClawbackView]
    next: str | None


class CliffView(Model, frozen=True, kw_only=True):
    after: int
    component: str
    costs: MoneyView
    then: MoneyView


ClockKind: TypeAlias = Literal["at-once", "hours", "days", "workdays", "days-before"]


class ClockLength(Model, frozen=True, kw_only=True):
    kind: str
    length: int | None


class ClockView(Model, frozen=True, kw_only=True):
    day_in_china: dt.date
    now: str
    offset_seconds: int


ClosingState: TypeAlias = Literal["due", "closed", "reopening", "reopened"]


class ColumnChange(Model, frozen=True, kw_only=True):
    after: str | None
    before: str | None
    column: str
    object: str


class ColumnView(Model, frozen=True, kw_only=True):
    column: str
    description: str | None
    logical_type: str | None
    required: bool | None
    statistics: Statistics
    title: str | None
    unique: bool | None


class Commission(Model, frozen=True, kw_only=True):
    party: str
    rate: str


class CommitBid(Model, frozen=True, kw_only=True):
    digest: str
    signature: str
    signing_key_id: str


class CommitmentView(Model, frozen=True, kw_only=True):
    amount: MoneyView | None
    auction_id: str
    bidder: str
    committed_at: dt.datetime
    digest: str
    revealed_at: dt.datetime | None


class CommitmentViewPage(Model, frozen=True, kw_only=True):
    items: list[CommitmentView]
    next: str | None


class Comparable(Model, frozen=True, kw_only=True):
    currency: str
    dated: dt.date
    field: str
    kind: str
    mode: str
    other: Parameter
    price: Parameter
    price_index: Parameter
    quality: Parameter
    region: str
    remaining_years: Parameter
    right: str
    scale: Parameter
    supply_demand: Parameter
    tax_basis: str
    weight: Parameter | UnsetType | None = UNSET


class ComparableView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    currency: str
    dated: dt.date
    evidence_sha256: str
    field: str
    id: str
    kind: str
    mode: str
    platform: str
    price: str
    quality: str | None
    region: str
    related: list[RelationView]
    remaining_years: str | None
    right: str | None
    scale: str | None
    tax_basis: str
    title: str
    update_cycle: str


class ComparableViewPage(Model, frozen=True, kw_only=True):
    items: list[ComparableView]
    next: str | None


Comparator: TypeAlias = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "between", "is_null", "starts_with"]


class CompareDrafts(Model, frozen=True, kw_only=True):
    after: list[ClauseUse]
    before: list[ClauseUse] | UnsetType | None = UNSET


class ComparedListing(Model, frozen=True, kw_only=True):
    certificate_number: str | None
    certificate_until: dt.date | None
    delivery: str
    dimensions: list[DimensionView]
    figures: FiguresView
    freshness_at: dt.datetime | None
    id: str
    licence: LicenceTerms
    listed_at: dt.datetime | None
    plan: Plan | None
    price: MoneyView | None
    price_from: PriceFrom | None
    price_kind: str
    provider: ProviderView
    provider_rating: RatingStanding
    quality: QualityView | None
    quality_watch: QualityWatchView | None
    rating: RatingStanding
    row_count: int | None
    service_record: list[ServiceRecordLine]
    size_bytes: int
    theme: str
    third_party_tests: list[TestBadge]
    title_en: str
    title_zh: str


class Comparison(Model, frozen=True, kw_only=True):
    after: str
    before: str
    causes: list[Cause]
    columns: list[ColumnChange]
    dimensions: dict[str, Change]
    drift: list[Drift]
    rows: tuple[int, int]
    score: Change


class ComparisonView(Model, frozen=True, kw_only=True):
    differing: list[str]
    listings: list[ComparedListing]


class ComplaintBundleView(Model, frozen=True, kw_only=True):
    complaint_id: str
    document_id: str | None
    id: str
    last_step: int
    made_at: dt.datetime | None
    requested_at: dt.datetime
    sha256: str | None
    size_bytes: int | None


class ComplaintBundleViewPage(Model, frozen=True, kw_only=True):
    items: list[ComplaintBundleView]
    next: str | None


class ComplaintCount(Model, frozen=True, kw_only=True):
    count: int
    outcome: str
    reason: str


class ComplaintFileView(Model, frozen=True, kw_only=True):
    media_type: str
    n: int
    name: str
    sha256: str
    size_bytes: int


class ComplaintReasonView(Model, frozen=True, kw_only=True):
    code: str
    en: str
    window: str
    zh: str


ComplaintState: TypeAlias = Literal[
    "filed",
    "answered",
    "unanswered",
    "mediating",
    "proposed",
    "deciding",
    "agreed",
    "decided",
    "appealed",
    "final",
    "redelivering",
    "redelivered",
    "executed",
    "handed_off",
    "withdrawn",
    "overtaken",
]


class ComplaintStatisticsView(Model, frozen=True, kw_only=True):
    counts: list[ComplaintCount]
    policy: dict[str, Any]
    reasons: list[ComplaintReasonView]
    since: str | None
    total: int
    until: str | None


class ComplaintStepView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    by: str | None
    document_id: str | None
    facts: dict[str, Any]
    files: list[ComplaintFileView]
    kind: str
    n: int
    role: str
    text: str


class ComplaintStepViewPage(Model, frozen=True, kw_only=True):
    items: list[ComplaintStepView]
    next: str | None


class ComplaintView(Model, frozen=True, kw_only=True):
    about: str
    accepted_by: list[str]
    agreement_id: str
    allowed_actions: list[str]
    asked: str
    bill_id: str | None
    buyer: str
    closed_at: dt.datetime | None
    disputed: MoneyView
    due_at: dt.datetime | None
    filed_at: dt.datetime
    id: str
    order_id: str
    outcome: str | None
    owner: str | None
    paid_back: MoneyView
    policy: dict[str, Any]
    price: MoneyView
    provider: str
    reason: str
    refund_id: str | None
    remedy: RemedyView | None
    status: str


class ComplaintViewPage(Model, frozen=True, kw_only=True):
    items: list[ComplaintView]
    next: str | None


class ComputingOfferView(Model, frozen=True, kw_only=True):
    asset_id: str
    caution: Text
    created_at: dt.datetime
    id: str
    n: int
    pico_delta_per_agreement: int
    queries_per_agreement: int
    sha256: str
    terms: SetOffer


class ComputingOfferViewPage(Model, frozen=True, kw_only=True):
    items: list[ComputingOfferView]
    next: str | None


ComputingRunState: TypeAlias = Literal[
    "queued", "running", "in_review", "released", "refused", "lapsed", "failed", "cancelled"
]


class ConcludeComplaint(Model, frozen=True, kw_only=True):
    amount: MoneyView | UnsetType | None = UNSET
    evidence: list[str] | UnsetType = UNSET
    remedy: Literal["refund", "price-reduction", "redelivery", "refusal"]
    statement: str


class ConcludeNotice(Model, frozen=True, kw_only=True):
    decision: Literal["lift", "uphold"]
    reason: str


class ConcludeObjection(Model, frozen=True, kw_only=True):
    conclusion: str
    decision: Literal["uphold", "dismiss"]
    remedy: Literal["cancel", "change"] | UnsetType | None = UNSET


class Condition(Model, frozen=True, kw_only=True):
    and_: list[Condition] | UnsetType = field(default=UNSET, name="and")
    col: str | UnsetType | None = UNSET
    op: str | UnsetType | None = UNSET
    or_: list[Condition] | UnsetType = field(default=UNSET, name="or")
    value: str | int | bool | list[str | int] | UnsetType | None = UNSET


class ConditionTerms(Model, frozen=True, kw_only=True):
    actions: list[str] | UnsetType | None = UNSET
    calls_max: int | UnsetType | None = UNSET
    depth: int | UnsetType | None = UNSET
    ends: dt.date | UnsetType | None = UNSET
    environments: list[str] | UnsetType | None = UNSET
    exclusivity: Exclusivity | UnsetType | None = UNSET
    purposes: list[str] | UnsetType | None = UNSET
    recipients: list[str] | UnsetType | None = UNSET
    rows_max: int | UnsetType | None = UNSET
    territory: list[str] | UnsetType | None = UNSET


class ConfirmDeposit(Model, frozen=True, kw_only=True):
    amount: MoneyView
    bank_reference: str


class ConfirmPayeeAccount(Model, frozen=True, kw_only=True):
    code: str


class ConfirmReceipt(Model, frozen=True, kw_only=True):
    files: list[ReceivedFile] | UnsetType = UNSET
    uses: list[ConfirmedUse] | UnsetType = UNSET


class ConfirmRefund(Model, frozen=True, kw_only=True):
    bank_reference: str
    sent_on: dt.date


class ConfirmTransfer(Model, frozen=True, kw_only=True):
    amount: MoneyView
    bank_reference: str
    received_on: dt.date


class ConfirmedUse(Model, frozen=True, kw_only=True):
    id: str
    result_sha256: str


class ConsentJoint(Model, frozen=True, kw_only=True):
    sha256: str


class Contact(Model, frozen=True, kw_only=True):
    email: str
    name: str
    phone: str | UnsetType = UNSET


class ContractModelItem(Model, frozen=True, kw_only=True):
    basis: str
    basis_text: Text
    confidence: str
    consumer: Text
    gf: str | None
    id: str
    matrix: bool
    name: Text
    note: Text
    policy: bool
    provider: Text


class ContractModelView(Model, frozen=True, kw_only=True):
    articles: list[ArticleView]
    basis: str
    basis_text: Text
    clauses: list[ClauseView]
    confidence: str
    consumer: Text
    defaults: list[ClauseUse]
    gf: str | None
    id: str
    matrix: bool
    name: Text
    note: Text
    policy: bool
    provider: Text
    sources: list[PolicyRef]


class ContractModelsView(Model, frozen=True, kw_only=True):
    models: list[ContractModelItem]
    sources: list[PolicyRef]


class ContractRedlineView(Model, frozen=True, kw_only=True):
    changes: list[ChangeView]
    clauses: list[ClauseRunsView]


class ContractView(Model, frozen=True, kw_only=True):
    id: str
    name: str
    sha256: str
    version: str


class ContributionView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    name: str
    party: str | None
    shapley: str


class ConversionDownloadView(Model, frozen=True, kw_only=True):
    address: str
    at: dt.datetime
    byte_range: str | None
    http_status: int
    id: str
    method: str
    size_bytes: int


class ConversionDownloadViewPage(Model, frozen=True, kw_only=True):
    items: list[ConversionDownloadView]
    next: str | None


class ConversionLinkView(Model, frozen=True, kw_only=True):
    conversion: TableConversionView
    expires_at: dt.datetime
    serves: str
    to: str | None
    url: str


ConversionState: TypeAlias = Literal["queued", "running", "made", "failed", "removed"]


class ConversionView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    converted: MoneyView
    on: dt.date
    policy: PolicyRef
    rate: RateView


class CorrectionLeg(Model, frozen=True, kw_only=True):
    amount: MoneyView
    credit: str
    debit: str


CorrectionState: TypeAlias = Literal["proposed", "booked", "refused", "lapsed"]


class Correlation(Model, frozen=True, kw_only=True):
    between: Parameter
    within: Parameter


class CostInputs(Model, frozen=True, kw_only=True):
    assumptions: list[str] | UnsetType = UNSET
    currency: str
    economic_life_years: Parameter
    purpose: str
    remaining_life_years: Parameter
    return_on_cost: Parameter
    right_remaining_years: Parameter | UnsetType | None = UNSET
    single_approach_reason: str
    stages: dict[str, StageCost]


class CostModel(Model, frozen=True, kw_only=True):
    economic_life_years: Parameter
    remaining_life_years: Parameter
    return_on_cost: Parameter
    right_remaining_years: Parameter | UnsetType | None = UNSET
    stages: dict[str, StageCost]


class CounterNegotiation(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime | UnsetType | None = UNSET
    note: str | UnsetType = UNSET
    odrl_terms: OdrlTerms | UnsetType | None = UNSET
    terms: Terms | UnsetType | None = UNSET
    withdrawable: bool | UnsetType = UNSET


class CounterNotice(Model, frozen=True, kw_only=True):
    evidence: list[str]
    statement: str


class CounterView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    evidence: list[EvidenceFileView]
    statement: str


class CounterpartyView(Model, frozen=True, kw_only=True):
    active: bool
    address: str
    authentication: str
    created_at: dt.datetime
    did: str
    id: str
    participant: str
    party_id: str | None
    sends_token: bool


class CounterpartyViewPage(Model, frozen=True, kw_only=True):
    items: list[CounterpartyView]
    next: str | None


class Counts(Model, frozen=True, kw_only=True):
    """开业以来合计 · since the centre began"""

    certificates: int
    listings: int
    orders_settled: int
    providers: int


class Coupon(Model, frozen=True, kw_only=True):
    amount: str | UnsetType = UNSET
    periods: int | UnsetType | None = UNSET
    rate: str | UnsetType = UNSET


class CreateAsset(Model, frozen=True, kw_only=True):
    covers_from: dt.date | UnsetType | None = UNSET
    covers_until: dt.date | UnsetType | None = UNSET
    form: Form | UnsetType = UNSET
    industry: str
    name: str
    overview: str
    public_data: bool | UnsetType = UNSET
    records: int | UnsetType | None = UNSET
    region: str
    region_level: Literal["international", "national", "province", "city", "county", "below"] | UnsetType | None = UNSET
    source_kind: SourceKind
    structure: Literal["structured", "semi-structured", "unstructured"] | UnsetType | None = UNSET
    theme: str
    update_cycle: Literal[
        "once", "realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"
    ]


class CreateAuction(Model, frozen=True, kw_only=True):
    closes_at: dt.datetime
    deposit: MoneyView
    format: AuctionFormat
    opens_at: dt.datetime
    reserve: MoneyView | UnsetType | None = UNSET
    reveals_until: dt.datetime | UnsetType | None = UNSET
    runner_up: bool | UnsetType = UNSET
    start_price: MoneyView
    steps: list[AuctionStep] | UnsetType = UNSET
    terms: Terms
    title_en: str
    title_zh: str


class CreateKey(Model, frozen=True, kw_only=True):
    days_valid: int | UnsetType | None = UNSET
    name: str
    roles: list[
        Literal[
            "provider",
            "developer",
            "buyer",
            "investor",
            "valuer",
            "tester",
            "insurer",
            "lender",
            "registrar",
            "reviewer",
            "clearing",
            "operator",
            "regulator",
            "auditor",
        ]
    ]


class CreateListing(Model, frozen=True, kw_only=True):
    appraisal_id: str | UnsetType | None = UNSET
    asset_id: str
    delivery: Literal["files", "computing"] | UnsetType = UNSET
    keywords: list[str]
    licence: LicenceTerms
    plan: Plan | UnsetType | None = UNSET
    price: MoneyView | UnsetType | None = UNSET
    price_kind: PriceKind | UnsetType = UNSET
    scorecard_id: str | UnsetType | None = UNSET
    summary_en: str
    summary_zh: str
    theme: str
    title_en: str
    title_zh: str


class CreateRequest(Model, frozen=True, kw_only=True):
    addressed: list[str] | UnsetType | None = UNSET
    closes_at: dt.datetime
    sealed: bool | UnsetType = UNSET
    want: Want


class CreateWebhook(Model, frozen=True, kw_only=True):
    kinds: (
        list[
            Literal[
                "channels",
                "channels.computing_offer",
                "channels.computing_offer.published",
                "channels.computing_run",
                "channels.computing_run.cancelled",
                "channels.computing_run.failed",
                "channels.computing_run.in_review",
                "channels.computing_run.lapsed",
                "channels.computing_run.queued",
                "channels.computing_run.refused",
                "channels.computing_run.released",
                "channels.computing_run.running",
                "channels.computing_template",
                "channels.computing_template.approved",
                "channels.computing_template.drafted",
                "channels.computing_template.lapsed",
                "channels.computing_template.withdrawn",
                "channels.gateway_day",
                "channels.gateway_day.closed",
                "channels.interface",
                "channels.interface.registered",
                "channels.interface.tried",
                "channels.joint_agreement",
                "channels.joint_agreement.consented_by_one",
                "channels.joint_agreement.ended",
                "channels.joint_agreement.expired",
                "channels.joint_agreement.in_force",
                "channels.joint_agreement.lapsed",
                "channels.joint_agreement.proposed",
                "channels.joint_agreement.refused",
                "channels.joint_agreement.withdrawn",
                "channels.joint_run",
                "channels.joint_run.cancelled",
                "channels.joint_run.failed",
                "channels.joint_run.in_review",
                "channels.joint_run.lapsed",
                "channels.joint_run.queued",
                "channels.joint_run.refused",
                "channels.joint_run.released",
                "channels.joint_run.reviewed_by_one",
                "channels.joint_run.running",
                "channels.joint_run.stopped",
                "channels.key",
                "channels.key.revoked",
                "channels.key.taken",
                "channels.program_offer",
                "channels.program_offer.published",
                "channels.program_run",
                "channels.program_run.cancelled",
                "channels.program_run.failed",
                "channels.program_run.in_review",
                "channels.program_run.lapsed",
                "channels.program_run.queued",
                "channels.program_run.refused",
                "channels.program_run.released",
                "channels.program_run.running",
                "channels.publication",
                "channels.publication.failed",
                "channels.publication.published",
                "channels.publication.queued",
                "channels.publication.running",
                "channels.push",
                "channels.push.cancelled",
                "channels.push.done",
                "channels.push.failed",
                "channels.push.planned",
                "channels.push.revoked",
                "channels.push.uploading",
                "channels.push.verifying",
                "channels.push_target",
                "channels.push_target.checking",
                "channels.push_target.ready",
                "channels.push_target.refused",
                "channels.push_target.removed",
                "channels.table-conversion",
                "channels.table-conversion.failed",
                "channels.table-conversion.made",
                "channels.table-conversion.queued",
                "channels.table-conversion.removed",
                "channels.table-conversion.running",
                "channels.trace",
                "channels.trace.cancelled",
                "channels.trace.done",
                "channels.trace.failed",
                "channels.trace.queued",
                "channels.trace.running",
                "contracts",
                "contracts.agreement",
                "contracts.agreement.declined",
                "contracts.agreement.drafted",
                "contracts.agreement.expired",
                "contracts.agreement.in_force",
                "contracts.agreement.signed_by_one",
                "contracts.agreement.suspended",
                "contracts.agreement.terminated",
                "contracts.amendment",
                "contracts.amendment.agreed",
                "contracts.amendment.declined",
                "contracts.amendment.in_effect",
                "contracts.amendment.lapsed",
                "contracts.amendment.proposed",
                "contracts.amendment.signed_by_one",
                "contracts.amendment.void",
                "contracts.amendment.withdrawn",
                "contracts.approval",
                "contracts.approval.given",
                "contracts.approval_rule",
                "contracts.approval_rule.set",
                "contracts.deletion",
                "contracts.deletion.accepted",
                "contracts.deletion.contested",
                "contracts.deletion.filed",
                "contracts.deletion.refuted",
                "contracts.filing",
                "contracts.filing.confirmed",
                "contracts.filing.contested",
                "contracts.filing.one_sided",
                "contracts.filing.withdrawn",
                "contracts.obligation",
                "contracts.obligation.breached",
                "contracts.obligation.discharged",
                "contracts.obligation.due",
                "contracts.obligation.occurred",
                "contracts.obligation.put_off",
                "contracts.obligation.released",
                "contracts.obligation.reminded",
                "contracts.obligation.waived",
                "contracts.succession",
                "contracts.succession.called",
                "contracts.succession.effective",
                "contracts.succession.joined",
                "contracts.succession.lapsed",
                "contracts.succession.refused",
                "contracts.usage",
                "contracts.usage.released",
                "kernel",
                "kernel.accounting-decision",
                "kernel.accounting-decision.issued",
                "kernel.accounting-note",
                "kernel.accounting-note.issued",
                "kernel.agreement",
                "kernel.agreement.issued",
                "kernel.amendment",
                "kernel.amendment.issued",
                "kernel.appraisal-report",
                "kernel.appraisal-report.issued",
                "kernel.auction-confirmation",
                "kernel.auction-confirmation.issued",
                "kernel.auction-minutes",
                "kernel.auction-minutes.issued",
                "kernel.bill-statement",
                "kernel.bill-statement.issued",
                "kernel.clock",
                "kernel.clock.advanced",
                "kernel.complaint-bundle",
                "kernel.complaint-bundle.issued",
                "kernel.complaint-decision",
                "kernel.complaint-decision.issued",
                "kernel.credit-note",
                "kernel.credit-note.issued",
                "kernel.dataspace-agreement",
                "kernel.dataspace-agreement.issued",
                "kernel.deletion-statement",
                "kernel.deletion-statement.issued",
                "kernel.delivery-receipt",
                "kernel.delivery-receipt.issued",
                "kernel.desensitisation-report",
                "kernel.desensitisation-report.issued",
                "kernel.destruction-certificate",
                "kernel.destruction-certificate.issued",
                "kernel.file",
                "kernel.file.stored",
                "kernel.integrity-finding",
                "kernel.integrity-finding.reminded",
                "kernel.integrity_finding",
                "kernel.integrity_finding.checking",
                "kernel.integrity_finding.lost",
                "kernel.integrity_finding.open",
                "kernel.integrity_finding.restored",
                "kernel.invoice",
                "kernel.invoice.issued",
                "kernel.job",
                "kernel.job.discarded",
                "kernel.job.retried",
                "kernel.key",
                "kernel.key.created",
                "kernel.key.reissued",
                "kernel.key.renewed",
                "kernel.key.revoked",
                "kernel.mandate",
                "kernel.mandate.issued",
                "kernel.member",
                "kernel.member-invitation",
                "kernel.member-invitation.withdrawn",
                "kernel.member.changed",
                "kernel.member.invited",
                "kernel.member.joined",
                "kernel.member.removed",
                "kernel.monthly-statement",
                "kernel.monthly-statement.issued",
                "kernel.office",
                "kernel.office.invited",
                "kernel.office.taken",
                "kernel.party",
                "kernel.party.admitted",
                "kernel.party.applied",
                "kernel.party.refused",
                "kernel.party.suspended",
                "kernel.passkey",
                "kernel.passkey.registered",
                "kernel.passkey.removed",
                "kernel.password",
                "kernel.password-reset",
                "kernel.password-reset.made",
                "kernel.password.changed",
                "kernel.password.reset",
                "kernel.payout-advice",
                "kernel.payout-advice.issued",
                "kernel.quality-scorecard",
                "kernel.quality-scorecard.issued",
                "kernel.recovery-codes",
                "kernel.recovery-codes.renewed",
                "kernel.rights-certificate",
                "kernel.rights-certificate.issued",
                "kernel.second-factor",
                "kernel.second-factor.added",
                "kernel.second-factor.removed",
                "kernel.settlement-statement",
                "kernel.settlement-statement.issued",
                "kernel.signing-key",
                "kernel.signing-key.registered",
                "kernel.signing-key.revoked",
                "kernel.status-list",
                "kernel.status-list.issued",
                "kernel.succession",
                "kernel.succession.issued",
                "kernel.tax-summary",
                "kernel.tax-summary.issued",
                "kernel.third-party-test",
                "kernel.third-party-test.issued",
                "kernel.trace-report",
                "kernel.trace-report.issued",
                "kernel.value-split",
                "kernel.value-split.issued",
                "kernel.webhook",
                "kernel.webhook.active",
                "kernel.webhook.disabled",
                "kernel.webhook.removed",
                "kernel.webhook.rotated",
                "kernel.webhook.tested",
                "kernel.wrapping-key",
                "kernel.wrapping-key.rotated",
                "kernel.wrapping-key.rotation-requested",
                "market",
                "market.auction",
                "market.auction.annulled",
                "market.auction.bid",
                "market.auction.closed",
                "market.auction.closing",
                "market.auction.committed",
                "market.auction.confirmed",
                "market.auction.defaulted",
                "market.auction.displayed",
                "market.auction.draft",
                "market.auction.failed",
                "market.auction.marked",
                "market.auction.noticed",
                "market.auction.open",
                "market.auction.revealed",
                "market.auction.signed",
                "market.auction_bidder",
                "market.auction_bidder.forfeited",
                "market.auction_bidder.held",
                "market.auction_bidder.lapsed",
                "market.auction_bidder.registered",
                "market.auction_bidder.releasing",
                "market.auction_bidder.returned",
                "market.auction_bidder.set_off",
                "market.bank_account",
                "market.bank_account.opened",
                "market.bank_entry",
                "market.bank_entry.explained",
                "market.bank_entry.matched",
                "market.bank_entry.partial",
                "market.bank_entry.prepaid",
                "market.bank_entry.proposed",
                "market.bank_entry.received",
                "market.bank_entry.reminded",
                "market.bank_entry.returned",
                "market.bank_entry.returning",
                "market.bank_entry.unexplained",
                "market.bank_entry.unknown",
                "market.bank_statement",
                "market.bank_statement.imported",
                "market.bill",
                "market.bill.issued",
                "market.bill.overdue",
                "market.bill.paid",
                "market.bill.reminded",
                "market.bill.written_off",
                "market.book_check",
                "market.book_check.cancelled",
                "market.book_check.done",
                "market.book_check.failed",
                "market.book_check.running",
                "market.book_check.waiting",
                "market.card_dispute",
                "market.card_dispute.answered",
                "market.card_dispute.closed",
                "market.card_dispute.evidence_entered",
                "market.card_dispute.loss_accepted",
                "market.card_dispute.lost",
                "market.card_dispute.missed",
                "market.card_dispute.open",
                "market.card_dispute.reminded",
                "market.card_dispute.won",
                "market.cart",
                "market.cart.abandoned",
                "market.cart.discarded",
                "market.cart.open",
                "market.cart.placed",
                "market.clawback",
                "market.clawback.set_off",
                "market.clawback_write_off",
                "market.clawback_write_off.lapsed",
                "market.clawback_write_off.proposed",
                "market.clawback_write_off.refused",
                "market.clawback_write_off.written_off",
                "market.complaint",
                "market.complaint.agreed",
                "market.complaint.answered",
                "market.complaint.appealed",
                "market.complaint.decided",
                "market.complaint.deciding",
                "market.complaint.executed",
                "market.complaint.filed",
                "market.complaint.final",
                "market.complaint.gathered",
                "market.complaint.handed_off",
                "market.complaint.mediating",
                "market.complaint.overtaken",
                "market.complaint.proposed",
                "market.complaint.redelivered",
                "market.complaint.redelivering",
                "market.complaint.reminded",
                "market.complaint.unanswered",
                "market.complaint.withdrawn",
                "market.complaint.written",
                "market.computing-use",
                "market.computing-use.recorded",
                "market.credit_note",
                "market.credit_note.pending_red",
                "market.credit_note.registered",
                "market.credit_note.reminded",
                "market.credit_note.void",
                "market.dataspace_agreement",
                "market.dataspace_agreement.concluded",
                "market.dataspace_counterparty",
                "market.dataspace_counterparty.added",
                "market.dataspace_counterparty.changed",
                "market.dataspace_counterparty.closed",
                "market.dataspace_counterparty.rotated",
                "market.dataspace_fixture",
                "market.dataspace_fixture.loaded",
                "market.dataspace_key",
                "market.dataspace_key.made",
                "market.dataspace_message",
                "market.dataspace_message.refused",
                "market.dataspace_negotiation",
                "market.dataspace_negotiation.accepted",
                "market.dataspace_negotiation.agreed",
                "market.dataspace_negotiation.finalized",
                "market.dataspace_negotiation.initiated",
                "market.dataspace_negotiation.offered",
                "market.dataspace_negotiation.requested",
                "market.dataspace_negotiation.terminated",
                "market.dataspace_negotiation.verified",
                "market.dataspace_standing",
                "market.dataspace_standing.set",
                "market.dataspace_transfer",
                "market.dataspace_transfer.completed",
                "market.dataspace_transfer.initiated",
                "market.dataspace_transfer.requested",
                "market.dataspace_transfer.started",
                "market.dataspace_transfer.suspended",
                "market.dataspace_transfer.terminated",
                "market.delivery",
                "market.delivery.available",
                "market.delivery.opened",
                "market.delivery.prepared",
                "market.delivery.received",
                "market.delivery.updated",
                "market.delivery_part",
                "market.delivery_part.accepted",
                "market.delivery_part.ended",
                "market.delivery_part.planned",
                "market.delivery_part.received",
                "market.delivery_part.refunded",
                "market.delivery_part.released",
                "market.delivery_plan",
                "market.delivery_plan.agreed",
                "market.delivery_plan.declined",
                "market.delivery_plan.lapsed",
                "market.delivery_plan.proposed",
                "market.delivery_plan.withdrawn",
                "market.destruction",
                "market.destruction.approved",
                "market.destruction.destroyed",
                "market.destruction.final",
                "market.destruction.lapsed",
                "market.destruction.refused",
                "market.destruction.requested",
                "market.exchange_rate",
                "market.exchange_rate.confirmed",
                "market.exchange_rate.lapsed",
                "market.exchange_rate.proposed",
                "market.exchange_rate.refused",
                "market.inbox_event",
                "market.inbox_event.dead",
                "market.inbox_event.handled",
                "market.inbox_event.received",
                "market.income_check",
                "market.income_check.answered",
                "market.income_check.closed",
                "market.income_check.open",
                "market.income_check.overdue",
                "market.income_check.reminded",
                "market.invoice",
                "market.invoice.draft",
                "market.invoice.issued",
                "market.invoice.registered",
                "market.invoice.reminded",
                "market.invoice.void",
                "market.invoice.withdrawn",
                "market.invoice_details",
                "market.invoice_details.given",
                "market.ledger_correction",
                "market.ledger_correction.booked",
                "market.ledger_correction.lapsed",
                "market.ledger_correction.proposed",
                "market.ledger_correction.refused",
                "market.ledger_entry",
                "market.ledger_entry.posted",
                "market.legal-hold",
                "market.legal-hold.lifted",
                "market.legal-hold.set",
                "market.listing",
                "market.listing.changed",
                "market.listing.delisted",
                "market.listing.draft",
                "market.listing.followed",
                "market.listing.listed",
                "market.listing.rejected",
                "market.listing.submitted",
                "market.listing.suspended",
                "market.listing.update_withheld",
                "market.mandate",
                "market.mandate.drafted",
                "market.mandate.expired",
                "market.mandate.in_force",
                "market.mandate.revoked",
                "market.mandate_order",
                "market.mandate_order.awaiting_approval",
                "market.mandate_order.lapsed",
                "market.mandate_order.placed",
                "market.mandate_order.rejected",
                "market.month_closing",
                "market.month_closing.closed",
                "market.month_closing.due",
                "market.month_closing.overdue",
                "market.month_closing.reopened",
                "market.month_closing.reopening",
                "market.negotiation",
                "market.negotiation.accepted",
                "market.negotiation.offered",
                "market.negotiation.reminded",
                "market.negotiation.requested",
                "market.negotiation.terminated",
                "market.negotiation.written",
                "market.notice",
                "market.notice.countered",
                "market.notice.lifted",
                "market.notice.measure",
                "market.notice.notified",
                "market.notice.rejected",
                "market.notice.reminded",
                "market.notice.suit_noted",
                "market.notice.upheld",
                "market.notice.waiting",
                "market.notice.withdrawn",
                "market.offer",
                "market.offer.expired",
                "market.offer.open",
                "market.offer.taken",
                "market.offer.withdrawn",
                "market.order",
                "market.order.accepted",
                "market.order.cancelled",
                "market.order.delivered",
                "market.order.expired",
                "market.order.paid",
                "market.order.placed",
                "market.order.refunded",
                "market.order.reminded",
                "market.order.settled",
                "market.order.written",
                "market.payee_account",
                "market.payee_account.active",
                "market.payee_account.closed",
                "market.payee_account.code-issued",
                "market.payee_account.confirmed",
                "market.payee_account.declared",
                "market.payee_account.lapsed",
                "market.payee_account.rejected",
                "market.payee_account.replaced",
                "market.payee_account.withdrawn",
                "market.payment",
                "market.payment.cancelled",
                "market.payment.failed",
                "market.payment.offered",
                "market.payment.opened",
                "market.payment.refunded",
                "market.payment.succeeded",
                "market.payout",
                "market.payout.batched",
                "market.payout.cancelled",
                "market.payout.confirmed",
                "market.payout.due",
                "market.payout.returned",
                "market.payout.sent",
                "market.payout.unconfirmed",
                "market.payout_batch",
                "market.payout_batch.approval-given",
                "market.payout_batch.approved",
                "market.payout_batch.lapsed",
                "market.payout_batch.proposed",
                "market.payout_batch.refused",
                "market.payout_batch.reported",
                "market.permitted_income",
                "market.permitted_income.recorded",
                "market.price_spread",
                "market.price_spread.answered",
                "market.price_spread.asked",
                "market.price_spread.justified",
                "market.price_spread.referred",
                "market.price_spread.reminded",
                "market.price_spread.unanswered",
                "market.price_spread.widened",
                "market.quotation_request",
                "market.quotation_request.answered",
                "market.quotation_request.asked",
                "market.quotation_request.awarded",
                "market.quotation_request.cancelled",
                "market.quotation_request.closed",
                "market.quotation_request.draft",
                "market.quotation_request.matched",
                "market.quotation_request.none",
                "market.quotation_request.open",
                "market.quote",
                "market.quote.awarded",
                "market.quote.lost",
                "market.quote.revised",
                "market.quote.submitted",
                "market.quote.withdrawn",
                "market.rating",
                "market.rating.answered",
                "market.rating.edited",
                "market.rating.given",
                "market.rating.text_withdrawn",
                "market.rating_mean",
                "market.rating_mean.frozen",
                "market.red_slip",
                "market.red_slip.awaits_buyer",
                "market.red_slip.confirmed",
                "market.red_slip.denied_by_buyer",
                "market.red_slip.denied_by_seller",
                "market.red_slip.lapsed",
                "market.red_slip.void",
                "market.red_slip.withdrawn",
                "market.red_slip.withdrawn_confirmed",
                "market.redelivery",
                "market.redelivery.asked",
                "market.redelivery.called_off",
                "market.redelivery.declined",
                "market.redelivery.delivered",
                "market.redelivery.missed",
                "market.redelivery.required",
                "market.redelivery.unanswered",
                "market.refund",
                "market.refund.begun",
                "market.refund.failed",
                "market.refund.lapsed",
                "market.refund.proposed",
                "market.refund.refused",
                "market.refund.reminded",
                "market.refund.sent",
                "market.refund.succeeded",
                "market.renewal",
                "market.renewal.accepted",
                "market.renewal.declined",
                "market.renewal.expired",
                "market.renewal.offered",
                "market.renewal.withdrawn",
                "market.revenue",
                "market.revenue.audited",
                "market.revenue.declared",
                "market.saved_search",
                "market.saved_search.matched",
                "market.service_outage",
                "market.service_outage.announced",
                "market.service_window",
                "market.service_window.breached",
                "market.service_window.credited",
                "market.service_window.drifted",
                "market.service_window.met",
                "market.service_window.not_assessed",
                "market.service_window.open",
                "market.split",
                "market.split.frozen",
                "market.stripe_transaction",
                "market.stripe_transaction.arrived",
                "market.stripe_transaction.explained",
                "market.stripe_transaction.failed",
                "market.stripe_transaction.in-transit",
                "market.stripe_transaction.matched",
                "market.stripe_transaction.proposed",
                "market.stripe_transaction.received",
                "market.stripe_transaction.reminded",
                "market.stripe_transaction.unexplained",
                "market.subscription",
                "market.subscription.active",
                "market.subscription.cancelled",
                "market.subscription.collected_by",
                "market.subscription.downgraded",
                "market.subscription.ended",
                "market.subscription.given_up",
                "market.subscription.past_due",
                "market.subscription.replanned",
                "market.subscription.suspended",
                "market.subscription.trialing",
                "market.termination",
                "market.termination.effective",
                "market.termination.lapsed",
                "market.termination.noticed",
                "market.termination.refused",
                "market.termination.withdrawn",
                "market.transfer_reversal",
                "market.transfer_reversal.begun",
                "market.transfer_reversal.failed",
                "market.transfer_reversal.referred",
                "market.transfer_reversal.reminded",
                "market.transfer_reversal.reversed",
                "market.usage",
                "market.usage.not_charged",
                "market.withheld_share",
                "market.withheld_share.held",
                "market.withheld_share.lifted",
                "market.withheld_share.ordered",
                "market.withheld_share.redirected",
                "market.withheld_share.refunded",
                "market.withheld_share.released",
                "market.withheld_share.reminded",
                "rights",
                "rights.asset",
                "rights.asset.described",
                "rights.asset.edited",
                "rights.asset.public_data_determined",
                "rights.certificate",
                "rights.certificate.cancelled",
                "rights.certificate.expired",
                "rights.certificate.in_force",
                "rights.certificate.replaced",
                "rights.certificate.revoked",
                "rights.classification",
                "rights.classification.declared",
                "rights.classification.overridden",
                "rights.lineage",
                "rights.lineage.declared",
                "rights.lineage.entered",
                "rights.objection",
                "rights.objection.conceded",
                "rights.objection.dismissed",
                "rights.objection.investigated",
                "rights.objection.raised",
                "rights.objection.referred",
                "rights.objection.settled",
                "rights.objection.told",
                "rights.objection.upheld",
                "rights.objection.withdrawn",
                "rights.registration",
                "rights.registration.accepted",
                "rights.registration.certified",
                "rights.registration.entered",
                "rights.registration.noticed",
                "rights.registration.objected",
                "rights.registration.pending",
                "rights.registration.refused",
                "rights.registration.rejected",
                "rights.registration.returned",
                "rights.registration.reviewed",
                "rights.registration.submitted",
                "rights.registration.supplementing",
                "rights.registration.withdrawn",
                "rights.remark",
                "rights.remark.entered",
                "rights.remark.released",
                "rights.revision",
                "rights.revision.added",
                "rights.revision.entered",
                "rights.share",
                "rights.share.entered",
                "rights.title",
                "rights.title.active",
                "rights.title.ended",
                "rights.title.expired",
                "valuation",
                "valuation.comparable",
                "valuation.comparable.admitted",
                "valuation.comparables",
                "valuation.comparables.imported",
                "valuation.data-request",
                "valuation.data-request.answered",
                "valuation.data-request.asked",
                "valuation.data-request.waived",
                "valuation.desensitisation",
                "valuation.desensitisation.failed",
                "valuation.desensitisation.queued",
                "valuation.desensitisation.running",
                "valuation.desensitisation.succeeded",
                "valuation.draft",
                "valuation.draft.computed",
                "valuation.engagement",
                "valuation.engagement.accepted",
                "valuation.engagement.consented",
                "valuation.engagement.declined",
                "valuation.engagement.drafted",
                "valuation.engagement.expired",
                "valuation.engagement.issued",
                "valuation.engagement.proposed",
                "valuation.engagement.reviewed",
                "valuation.engagement.seconded",
                "valuation.engagement.signed",
                "valuation.engagement.superseded",
                "valuation.engagement.terminated",
                "valuation.engagement.withdrawn",
                "valuation.opinion",
                "valuation.opinion.given",
                "valuation.paper",
                "valuation.paper.added",
                "valuation.portfolio-run",
                "valuation.portfolio-run.cancelled",
                "valuation.portfolio-run.failed",
                "valuation.portfolio-run.queued",
                "valuation.portfolio-run.running",
                "valuation.portfolio-run.succeeded",
                "valuation.practitioner",
                "valuation.practitioner.declared",
                "valuation.practitioner.ended",
                "valuation.practitioner.registered",
                "valuation.quality-run",
                "valuation.quality-run.cancelled",
                "valuation.quality-run.caught_up",
                "valuation.quality-run.drifted",
                "valuation.quality-run.failed",
                "valuation.quality-run.fell",
                "valuation.quality-run.missed",
                "valuation.quality-run.queued",
                "valuation.quality-run.running",
                "valuation.quality-run.schema_changed",
                "valuation.quality-run.succeeded",
                "valuation.quality-run.undershot",
                "valuation.quality-watch",
                "valuation.quality-watch.promised",
                "valuation.revaluation",
                "valuation.revaluation.refused",
                "valuation.revaluation.revalued",
                "valuation.revaluation.unchanged",
                "valuation.third-party-test",
                "valuation.third-party-test.accepted",
                "valuation.third-party-test.declined",
                "valuation.third-party-test.expired",
                "valuation.third-party-test.measured",
                "valuation.third-party-test.measuring",
                "valuation.third-party-test.ordered",
                "valuation.third-party-test.revoked",
                "valuation.third-party-test.signed",
                "valuation.third-party-test.terminated",
            ]
        ]
        | UnsetType
    ) = UNSET
    url: str


class CreditLevel(Model, frozen=True, kw_only=True):
    below: str
    rate: str


class CreditNoteView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    buyer: str
    due_at: dt.datetime | None
    end_reason: str | None
    fapiao_number: str | None
    fapiao_on: dt.date | None
    gross: MoneyView
    id: str
    invoice_id: str
    issued_at: dt.datetime
    number: str
    paper_id: str
    reason: str
    refund_id: str | None
    remark: str
    seller: str
    service_window_id: str | None
    slip_number: str | None
    slips: list[RedSlipView]
    status: str
    tax: MoneyView
    totals: list[RateTotalView]


class CreditNoteViewPage(Model, frozen=True, kw_only=True):
    items: list[CreditNoteView]
    next: str | None


CreditState: TypeAlias = Literal["pending_red", "issued", "registered", "void"]


class DataContractSummary(Model, frozen=True, kw_only=True):
    asset_id: str
    contract_version: str
    created_at: dt.datetime
    id: str
    name: str
    sha256: str


class DataContractSummaryPage(Model, frozen=True, kw_only=True):
    items: list[DataContractSummary]
    next: str | None


class DataItem(Model, frozen=True, kw_only=True):
    impacts: dict[str, str]
    name: str


class DataspaceAgreementView(Model, frozen=True, kw_only=True):
    body: dict[str, Any]
    concluded_at: dt.datetime | None
    counterparty_id: str
    created_at: dt.datetime
    dataset_id: str
    digest: str
    document_id: str | None
    ended_at: dt.datetime | None
    evidence: list[dict[str, Any]]
    external_id: str
    house_agreement_id: str | None
    id: str
    order_id: str | None
    side: str
    signing_text: str


class DataspaceAgreementViewPage(Model, frozen=True, kw_only=True):
    items: list[DataspaceAgreementView]
    next: str | None


DataspaceNegotiationState: TypeAlias = Literal[
    "initiated", "requested", "offered", "accepted", "agreed", "verified", "finalized", "terminated"
]


class DataspaceNegotiationView(Model, frozen=True, kw_only=True):
    agreement: DataspaceAgreementView | None
    allowed_actions: list[str]
    callback_address: str | None
    code: str | None
    consumer_pid: str | None
    counterparty_id: str
    created_at: dt.datetime
    dataset_id: str
    due_at: dt.datetime | None
    failure: str | None
    id: str
    negotiation_id: str | None
    offer: dict[str, Any]
    offered_by: str
    provider_pid: str | None
    reasons: list[str]
    sending: SentView | None
    side: str
    status: str


class DataspaceNegotiationViewPage(Model, frozen=True, kw_only=True):
    items: list[DataspaceNegotiationView]
    next: str | None


DataspaceSide: TypeAlias = Literal["provider", "consumer"]


class DataspaceTransferView(Model, frozen=True, kw_only=True):
    address_due: bool
    agreement_external_id: str
    agreement_id: str
    allowed_actions: list[str]
    callback_address: str | None
    code: str | None
    consumer_pid: str | None
    counterparty_id: str
    created_at: dt.datetime
    data_address: dict[str, Any] | None
    dataset_id: str
    due_at: dt.datetime | None
    failure: str | None
    format: str
    id: str
    provider_pid: str | None
    reasons: list[str]
    sending: SentView | None
    side: str
    status: str


class DataspaceTransferViewPage(Model, frozen=True, kw_only=True):
    items: list[DataspaceTransferView]
    next: str | None


class DatedChargeView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    lines: list[ChargeLineView]
    total: MoneyView


class DeadlineView(Model, frozen=True, kw_only=True):
    on: dt.date
    provisional: bool
    rule: str


class DealsLeftOut(Model, frozen=True, kw_only=True):
    deals: int
    why: Text


class DecideAcceptance(Model, frozen=True, kw_only=True):
    decision: Literal["accept", "reject"]
    grounds: (
        list[
            Literal[
                "not-registrable",
                "materials-incomplete",
                "harms-security-or-interests",
                "illegal-source",
                "unresolved-dispute",
                "concealment-or-false-proof",
                "other-law",
            ]
        ]
        | UnsetType
    ) = UNSET
    reason: str


class DecideAdmission(Model, frozen=True, kw_only=True):
    action: Literal["admit", "refuse", "suspend", "restore", "renew"]
    proof: str | UnsetType | None = UNSET
    reason: str


class DecideCheck(Model, frozen=True, kw_only=True):
    reason: str


class DecideClassification(Model, frozen=True, kw_only=True):
    acquisition: Literal["purchased", "developed", "other"]
    answers: dict[str, ChecklistAnswer]
    asset_id: str
    decided_by: str
    decided_on: dt.date


class DecideComplaint(Model, frozen=True, kw_only=True):
    amount: MoneyView | UnsetType | None = UNSET
    findings: str
    grounds: str
    remedy: Literal["refund", "price-reduction", "redelivery", "refusal"]
    rules: list[str]


class DecideRate(Model, frozen=True, kw_only=True):
    reason: str


class DecideRefund(Model, frozen=True, kw_only=True):
    reason: str


class DecideReversal(Model, frozen=True, kw_only=True):
    decision: Literal["retry", "fail"]
    reason: str


class DecideShare(Model, frozen=True, kw_only=True):
    basis: str


class DecideSpread(Model, frozen=True, kw_only=True):
    decision: Literal["justify", "return", "refer"]
    reason: str


class DecideWriteOff(Model, frozen=True, kw_only=True):
    reason: str


class DecisionView(Model, frozen=True, kw_only=True):
    asset_id: str
    classification: str
    created_at: dt.datetime
    decision: dict[str, Any]
    document_id: str
    id: str
    party: str
    revision_id: str | None


class DecisionViewPage(Model, frozen=True, kw_only=True):
    items: list[DecisionView]
    next: str | None


class DeclarationView(Model, frozen=True, kw_only=True):
    audited: str | None
    audited_at: dt.datetime | None
    component: str
    cost_bill_id: str | None
    declared: str | None
    declared_at: dt.datetime | None
    period_start: dt.datetime
    subscription_id: str


class DeclarationViewPage(Model, frozen=True, kw_only=True):
    items: list[DeclarationView]
    next: str | None


class DeclareClassification(Model, frozen=True, kw_only=True):
    after: Literal["collection", "desensitisation", "aggregation"] | UnsetType = UNSET
    categories: list[str] | UnsetType = UNSET
    critical_infrastructure: bool | UnsetType = UNSET
    evidence: list[PieceOfEvidence] | UnsetType = UNSET
    export_exempt: bool | UnsetType = UNSET
    identified_important: bool | UnsetType = UNSET
    items: list[DataItem]
    minors: bool | UnsetType = UNSET
    people: int | UnsetType = UNSET
    personal: Personal
    price_cap: MoneyView | UnsetType | None = UNSET
    public_open: bool | UnsetType | None = UNSET
    sensitive: bool | UnsetType = UNSET
    sensitive_people: int | UnsetType = UNSET
    sources: list[str] | UnsetType = UNSET
    state_secret: bool | UnsetType = UNSET


class DeclareInterests(Model, frozen=True, kw_only=True):
    interests: list[str]


class DeclareLost(Model, frozen=True, kw_only=True):
    note: str


class DeclareParent(Model, frozen=True, kw_only=True):
    kind: Literal["derived-from", "product-of"]
    parent_asset_id: str


class DeclarePayeeAccount(Model, frozen=True, kw_only=True):
    bank_code: str | UnsetType | None = UNSET
    bank_name: str | UnsetType | None = UNSET
    channel: Literal["bank", "stripe"] | UnsetType = UNSET
    currency: str
    holder: str
    number: str


class DeclareRevenue(Model, frozen=True, kw_only=True):
    component: str
    period_start: dt.datetime
    revenue: MoneyView


class DeclineAgreement(Model, frozen=True, kw_only=True):
    reason: str


class Delegation(Model, frozen=True, kw_only=True):
    from_key_id: str
    limit: MoneyView
    name: str
    to_key_id: str
    until: dt.datetime


class DeletedCopy(Model, frozen=True, kw_only=True):
    deleted_at: dt.datetime
    method: str
    where: str


class Deletion(Model, frozen=True, kw_only=True):
    agreement_id: str
    audit_sha256: str | UnsetType | None = UNSET
    backups: list[BackupKept] | UnsetType = UNSET
    content_sha256: str
    copies: list[DeletedCopy]
    covers: list[str] | UnsetType = UNSET
    derived_kept: list[DerivedKept] | UnsetType = UNSET
    responsible: str


DeletionState: TypeAlias = Literal["filed", "accepted", "contested", "refuted"]


class DeletionView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    answer: str | None
    answer_due_at: dt.datetime
    digest: str
    document_id: str
    evidence_sha256: str | None
    filed_at: dt.datetime
    handed_over: list[HandedOver]
    id: str
    late: bool
    public_key: str
    signature: str
    signing_key_id: str
    statement: dict[str, Any]
    status: str


class DelistListing(Model, frozen=True, kw_only=True):
    reason: str


class DeliverAgain(Model, frozen=True, kw_only=True):
    revision_id: str
    statement: str | UnsetType = UNSET


Delivery: TypeAlias = Literal["files", "computing", "none"]


class DeliveryFileView(Model, frozen=True, kw_only=True):
    id: str
    name: str
    sha256: str
    size_bytes: int


class DeliveryNamed(Model, frozen=True, kw_only=True):
    agreement_id: str
    buyer: str
    buyer_name: str
    chance: str
    marks_agreeing: int
    marks_seen: int
    omitted_rows_expected: int | None
    omitted_rows_seen: int | None
    order_id: str


class DeliveryPartView(Model, frozen=True, kw_only=True):
    accepted_at: dt.datetime | None
    allowed_actions: list[str]
    amount: MoneyView
    available_at: dt.datetime
    collect_due_at: dt.datetime | None
    complaint_id: str | None
    files: list[str]
    id: str
    inspection_due_at: dt.datetime | None
    n: int
    order_id: str
    plan_id: str
    receipt_id: str | None
    received_at: dt.datetime | None
    statement_id: str | None
    status: str


class DeliveryPartViewPage(Model, frozen=True, kw_only=True):
    items: list[DeliveryPartView]
    next: str | None


class DeliveryPlanView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    answer: str | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    id: str
    order_id: str
    parts: list[PlannedPartView]
    proposed_by: str
    reason: str
    status: str


class DeliveryPlanViewPage(Model, frozen=True, kw_only=True):
    items: list[DeliveryPlanView]
    next: str | None


DeliveryState: TypeAlias = Literal["prepared", "available", "received"]


class DeliveryUpdateView(Model, frozen=True, kw_only=True):
    available_at: dt.datetime
    content_sha256: str
    files: list[AgreedFile]
    id: str
    number: int
    order_id: str
    revision_id: str
    scorecard_id: str


class DeliveryUpdateViewPage(Model, frozen=True, kw_only=True):
    items: list[DeliveryUpdateView]
    next: str | None


class DeliveryView(Model, frozen=True, kw_only=True):
    agreement_id: str
    created_at: dt.datetime
    files: list[DeliveryFileView]
    id: str
    order_id: str
    receipt_id: str | None
    received_at: dt.datetime | None
    status: str
    uses: list[UseView]


class DerivedKept(Model, frozen=True, kw_only=True):
    what: str
    why: str


class DesensitisationView(Model, frozen=True, kw_only=True):
    asset_id: str
    classification: ClassificationHint | None
    created_at: dt.datetime
    document_id: str | None
    id: str
    into_asset_id: str
    new_revision_id: str | None
    plan_sha256: str
    problem: RunProblem | None
    report: dict[str, Any] | None
    revision_id: str
    status: str
    status_changed_at: dt.datetime


class DesensitisationViewPage(Model, frozen=True, kw_only=True):
    items: list[DesensitisationView]
    next: str | None


class Desensitise(Model, frozen=True, kw_only=True):
    contract: dict[str, Any] | str | UnsetType | None = UNSET
    into_asset_id: str | UnsetType | None = UNSET
    plan: dict[str, Any] | str


class DeskCount(Model, frozen=True, kw_only=True):
    at_least: bool
    kind: str
    overdue: int
    waiting: int


class DeskItem(Model, frozen=True, kw_only=True):
    due_at: dt.datetime | None
    id: str
    kind: str
    overdue: bool
    path: str
    roles: list[str]
    since: dt.datetime
    status: str
    title_en: str
    title_zh: str


class DeskItemPage(Model, frozen=True, kw_only=True):
    items: list[DeskItem]
    next: str | None


class DeskItemView(Model, frozen=True, kw_only=True):
    applicant_name: str
    asset_name: str
    created_at: dt.datetime
    due_on: dt.date | None
    id: str
    overdue: bool
    regime: str
    rights: list[str]
    status: str
    type: str


class DeskItemViewPage(Model, frozen=True, kw_only=True):
    items: list[DeskItemView]
    next: str | None


class DestroyedObject(Model, frozen=True, kw_only=True):
    key_id: str
    name: str
    sha256: str
    size_bytes: int


DestructionState: TypeAlias = Literal["requested", "approved", "destroyed", "final", "refused", "lapsed"]


class DestructionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    approved_at: dt.datetime | None
    approved_by: str | None
    asset_id: str
    certificate_id: str | None
    created_at: dt.datetime
    destroyed_at: dt.datetime | None
    digest: str
    due_at: dt.datetime | None
    end_reason: str | None
    final_certificate_id: str | None
    id: str
    is_whole: bool
    objects: list[DestroyedObject]
    party_id: str
    reason: str
    requested_by: str
    revision_ids: list[str]
    status: str


class DestructionViewPage(Model, frozen=True, kw_only=True):
    items: list[DestructionView]
    next: str | None


class Detection(Model, frozen=True, kw_only=True):
    altered_share: str
    probability: str


class DeterminePublicData(Model, frozen=True, kw_only=True):
    public_data: bool
    reason: str


class Development(Model, frozen=True, kw_only=True):
    capitalised: str | UnsetType = UNSET
    expensed: str | UnsetType = UNSET
    opening: str | UnsetType = UNSET
    spent: str | UnsetType = UNSET


class DictionaryView(Model, frozen=True, kw_only=True):
    data_contract_id: str
    document_id: str
    listing_id: str
    objects: list[ObjectView]
    scorecard_id: str


class Difference(Model, frozen=True, kw_only=True):
    at: int | UnsetType | None = UNSET
    effect: str
    en: str
    for_: str = field(name="for")
    new: Any
    old: Any
    op: str
    path: str
    zh: str


DimensionKind: TypeAlias = Literal["text", "integer", "boolean", "date"]


class DimensionView(Model, frozen=True, kw_only=True):
    code: str
    name: Text
    score: str | None


class DiscardJob(Model, frozen=True, kw_only=True):
    reason: str


class DischargeObligation(Model, frozen=True, kw_only=True):
    evidence_sha256: str | UnsetType | None = UNSET
    statement: str


class Disclosures(Model, frozen=True, kw_only=True):
    experts: str | UnsetType | None = UNSET
    later_events: str | UnsetType | None = UNSET
    limits_of_use: list[str] | UnsetType = UNSET
    outlook: str | UnsetType | None = UNSET
    scenario: str | UnsetType | None = UNSET
    special: list[str] | UnsetType = UNSET


class DocumentSummary(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    id: str
    kind: str
    public: bool
    sha256: str
    subject: str


class DocumentSummaryPage(Model, frozen=True, kw_only=True):
    items: list[DocumentSummary]
    next: str | None


class Draft(Model, frozen=True, kw_only=True):
    clauses: list[ClauseUse]
    facts: Facts | UnsetType = UNSET
    policy: UsagePolicy | UnsetType | None = UNSET


class DraftCheckView(Model, frozen=True, kw_only=True):
    faults: list[DraftFindingView]
    matrix: list[MatrixRow]
    obligations: list[Owed]
    warnings: list[DraftFindingView]


class DraftFindingView(Model, frozen=True, kw_only=True):
    detail: Text
    pointer: str
    rule: str | None


class DraftMandate(Model, frozen=True, kw_only=True):
    agent: Agent
    budget: Limit
    human_above: str | UnsetType | None = UNSET
    max_count: int
    max_grade: Literal["general", "important"] | UnsetType = UNSET
    not_after: dt.datetime
    not_before: dt.datetime
    per_order: Limit
    purposes: list[str]
    refund_recredits: bool | UnsetType = UNSET
    sellers: list[str]
    territory: list[str]


class DraftPreviewView(Model, frozen=True, kw_only=True):
    faults: list[DraftFindingView]
    text: Text
    title: Text
    warnings: list[DraftFindingView]


class DraftView(Model, frozen=True, kw_only=True):
    content: dict[str, Any]
    created_at: dt.datetime
    digest: str
    drafted_by: str
    engagement_id: str
    id: str
    number: int
    signing_text: str
    use_until: dt.date
    warnings: list[SectionMissing]


class DraftViewPage(Model, frozen=True, kw_only=True):
    items: list[DraftView]
    next: str | None


class DrawMonth(Model, frozen=True, kw_only=True):
    currency: str | UnsetType = UNSET
    month: str


class DrawNote(Model, frozen=True, kw_only=True):
    currency: str
    decisions: list[str] | UnsetType = UNSET
    development: Development | UnsetType | None = UNSET
    intangible: dict[str, Intangible] | UnsetType = UNSET
    inventory: dict[str, Inventory] | UnsetType = UNSET
    inventory_method: str | UnsetType | None = UNSET
    life: str | UnsetType | None = UNSET
    method: str | UnsetType | None = UNSET
    period_from: dt.date
    period_until: dt.date


class DrawTaxSummary(Model, frozen=True, kw_only=True):
    currency: str | UnsetType = UNSET
    period: str


class Drawn(Model, frozen=True, kw_only=True):
    kind: Literal["uniform", "triangular", "normal", "lognormal"]
    parameters: list[str]


class Drift(Model, frozen=True, kw_only=True):
    column: str
    ks: str | None
    masked: bool | UnsetType = UNSET
    missing_after: str
    missing_before: str
    object: str
    psi: str | None


class Duty(Model, frozen=True, kw_only=True):
    bearer: str | UnsetType = UNSET
    days: int | UnsetType | None = UNSET
    id: str
    kind: str


class DutyDemand(Model, frozen=True, kw_only=True):
    bearer: str | UnsetType = UNSET
    days: int | str | UnsetType | None = UNSET
    kind: str


DutyKind: TypeAlias = Literal[
    "pay", "acknowledge", "report", "delete", "prove-deletion", "attribute", "not-reidentify", "provide-updates"
]


class EarnedYear(Model, frozen=True, kw_only=True):
    credited: MoneyView
    earned: MoneyView
    fee: MoneyView
    gross: MoneyView
    orders: int
    year: int


class EarningsView(Model, frozen=True, kw_only=True):
    asset_id: str
    earned: list[EarnedYear]
    valued: list[ValuedAt]


class EdgeView(Model, frozen=True, kw_only=True):
    from_grant: str | None
    number: int
    to_grant: str | None


class EditAsset(Model, frozen=True, kw_only=True):
    covers_from: dt.date | UnsetType | None = UNSET
    covers_until: dt.date | UnsetType | None = UNSET
    industry: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    overview: str | UnsetType = UNSET
    records: int | UnsetType = UNSET
    region: str | UnsetType = UNSET
    region_level: Literal["international", "national", "province", "city", "county", "below"] | UnsetType = UNSET
    structure: Literal["structured", "semi-structured", "unstructured"] | UnsetType = UNSET
    theme: str | UnsetType = UNSET
    update_cycle: (
        Literal["once", "realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
        | UnsetType
    ) = UNSET


class Effect(Model, frozen=True, kw_only=True):
    en: str
    outcome: str
    rule: str
    subject: str
    zh: str


class EndAmendment(Model, frozen=True, kw_only=True):
    reason: str


class EndAuction(Model, frozen=True, kw_only=True):
    reason: str


class EndCertificate(Model, frozen=True, kw_only=True):
    ground: str
    reason: str


EndCode: TypeAlias = Literal["withdrawn", "rejected", "expired", "lapsed"]


class EndFiling(Model, frozen=True, kw_only=True):
    reason: str


class EndGrant(Model, frozen=True, kw_only=True):
    reason: str


class EndInvoice(Model, frozen=True, kw_only=True):
    reason: str


class EndNegotiation(Model, frozen=True, kw_only=True):
    reason: str


class EndProcess(Model, frozen=True, kw_only=True):
    code: str | UnsetType | None = UNSET
    reasons: list[str] | UnsetType = UNSET


class EndRenewal(Model, frozen=True, kw_only=True):
    reason: str


class EndRequest(Model, frozen=True, kw_only=True):
    reason: str


class EndSubscription(Model, frozen=True, kw_only=True):
    reason: str


class EndTest(Model, frozen=True, kw_only=True):
    reason: str


EngagementState: TypeAlias = Literal[
    "proposed",
    "declined",
    "accepted",
    "drafted",
    "seconded",
    "reviewed",
    "signed",
    "issued",
    "superseded",
    "withdrawn",
    "expired",
    "terminated",
]


class EngagementView(Model, frozen=True, kw_only=True):
    accepted_at: dt.datetime | None
    allowed_actions: list[str]
    appraisal_id: str | None
    archive_until: dt.date | None
    asset_id: str
    base_date: dt.date
    checks: list[dict[str, Any]]
    client: str
    consented_at: dt.datetime | None
    created_at: dt.datetime
    draft_id: str | None
    fee: MoneyView
    fee_basis: str
    firm: str
    id: str
    intended_users: list[str]
    issued_at: dt.datetime | None
    number: str | None
    provider: str
    purpose: str
    reason: str | None
    requests_open: int
    requests_overdue: int
    scope: str
    status: str
    statutory: bool
    supersedes: str | None
    use_until: dt.date | None
    value_type: str
    valuers: list[ValuerView]


class EngagementViewPage(Model, frozen=True, kw_only=True):
    items: list[EngagementView]
    next: str | None


class EnterOutage(Model, frozen=True, kw_only=True):
    ends_at: dt.datetime
    reason: str
    starts_at: dt.datetime


class EnterRate(Model, frozen=True, kw_only=True):
    base: str
    corrects: str | UnsetType | None = UNSET
    dated: dt.date
    quote: str
    rate: str
    source: str


class EnterRemark(Model, frozen=True, kw_only=True):
    basis: str
    beneficiary_id: str | UnsetType | None = UNSET
    condition: ConditionTerms | UnsetType | None = UNSET
    kind: Literal["pledge", "seizure", "temporary-control", "agreed-condition"]
    until: dt.date | UnsetType | None = UNSET


class EnterRevision(Model, frozen=True, kw_only=True):
    covers_from: dt.date
    covers_until: dt.date
    revision_id: str
    statement: Statement


class EnterSlip(Model, frozen=True, kw_only=True):
    buyer_used: bool
    number: str


class EnteredRevisionView(Model, frozen=True, kw_only=True):
    asset_id: str
    certificate_id: str
    content_sha256: str
    covers_from: dt.date
    covers_until: dt.date
    entered_at: dt.datetime
    number: int
    policy: dict[str, Any]
    revision_id: str
    statement: dict[str, Any]


class EnteredRevisionViewPage(Model, frozen=True, kw_only=True):
    items: list[EnteredRevisionView]
    next: str | None


class EntitledFile(Model, frozen=True, kw_only=True):
    name: str
    sha256: str
    size_bytes: int


class EntitlementView(Model, frozen=True, kw_only=True):
    entitled: bool
    files: list[EntitledFile]
    order_id: str
    reason: str | None
    revision_id: str | None
    until: dt.datetime | None


class Entry(Model, frozen=True, kw_only=True, tag_field="kind", tag="entry"):
    amount: str
    name: str


class EntryRef(Model, frozen=True, kw_only=True):
    at: dt.datetime
    id: str
    index: int | None
    kind: str


class EntryView(Model, frozen=True, kw_only=True):
    booked_on: dt.date
    corrected_by: str | None
    corrects: str | None
    id: str
    kind: str
    posted_at: dt.datetime
    postings: list[PostingView]
    reference: str
    subject: str


class EntryViewPage(Model, frozen=True, kw_only=True):
    items: list[EntryView]
    next: str | None


class EventView(Model, frozen=True, kw_only=True):
    actor_party: str | None
    at: dt.datetime
    facts: dict[str, Any]
    id: str
    index: int
    kind: str
    subject: str


class EventViewPage(Model, frozen=True, kw_only=True):
    items: list[EventView]
    next: str | None


Every: TypeAlias = Literal["day", "week", "month", "year"]


class EvidenceFileView(Model, frozen=True, kw_only=True):
    media_type: str
    n: int
    name: str
    sha256: str
    size_bytes: int


class EvidenceHint(Model, frozen=True, kw_only=True):
    file_id: str
    kind: str


class EvidenceView(Model, frozen=True, kw_only=True):
    file_id: str
    id: str
    kind: str
    name: str
    retention_until: dt.date
    sha256: str
    size_bytes: int


class ExamineNotice(Model, frozen=True, kw_only=True):
    decision: Literal["measure", "reject"]
    reason: str


Exclusivity: TypeAlias = Literal["ordinary", "sole", "exclusive"]


class ExplainEntry(Model, frozen=True, kw_only=True):
    reason: str


class ExplainSpread(Model, frozen=True, kw_only=True):
    text: str


class ExplainTransaction(Model, frozen=True, kw_only=True):
    entry_ids: list[str] | UnsetType = UNSET
    reason: str


class ExtendCase(Model, frozen=True, kw_only=True):
    reason: str


class FacetValue(Model, frozen=True, kw_only=True):
    chosen: bool
    count: int
    label: Text
    value: str


class FacetView(Model, frozen=True, kw_only=True):
    code: str
    exact: bool
    values: list[FacetValue]


class FacetsView(Model, frozen=True, kw_only=True):
    counted_at: dt.datetime
    exact: bool
    facets: list[FacetView]
    relaxed: bool
    total: int


Factor: TypeAlias = Literal[
    "object",
    "state",
    "unknown",
    "prohibited",
    "action",
    "purpose",
    "place",
    "environment",
    "recipient",
    "time",
    "window",
    "count",
    "volume",
    "duration",
    "depth",
    "duty",
]


class Facts(Model, frozen=True, kw_only=True):
    asset: str | UnsetType = UNSET
    consumer: PartyFacts | UnsetType | None = UNSET
    drafted_on: str | UnsetType = UNSET
    ends_on: str | UnsetType = UNSET
    price_en: str | UnsetType = UNSET
    price_zh: str | UnsetType = UNSET
    provider: PartyFacts | UnsetType | None = UNSET
    reference: str | UnsetType = UNSET
    subject_en: str | UnsetType = UNSET
    subject_zh: str | UnsetType = UNSET


class FailedRule(Model, frozen=True, kw_only=True):
    detail: Text
    pointer: str


class FaultDetail(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class Fee(Model, frozen=True, kw_only=True):
    amount: MoneyView
    basis: Literal["fixed", "hourly", "contingent"]


class FeeLineView(Model, frozen=True, kw_only=True):
    fee: MoneyView
    part: MoneyView
    rate: str


class FieldChange(Model, frozen=True, kw_only=True):
    after: Any
    before: Any
    pointer: str


class FieldProblem(Model, frozen=True, kw_only=True):
    detail: str
    pointer: str
    rule: str | UnsetType | None = UNSET


class FigureView(Model, frozen=True, kw_only=True):
    amount: MoneyView | None
    fault: str | None
    name: str
    subject: str


class FiguresView(Model, frozen=True, kw_only=True):
    """数据规模与覆盖时间：统计值，申报不同者两值并列 · volume and period as computed, with what was declared beside it"""

    covers_from: dateFigure
    covers_until: dateFigure
    fields: intFigure
    records: intFigure


class FileComplaint(Model, frozen=True, kw_only=True):
    about: str
    asked: Literal["refund", "price-reduction", "redelivery", "other"]
    disputed: MoneyView | UnsetType | None = UNSET
    evidence: list[str] | UnsetType = UNSET
    reason: str
    statement: str


class FileContract(Model, frozen=True, kw_only=True):
    amount: MoneyView | UnsetType | None = UNSET
    concluded_on: dt.date
    file_id: str
    filer_role: Literal["provider", "consumer"]
    other: str | UnsetType | None = UNSET
    other_name: str | UnsetType | None = UNSET
    other_uscc: str | UnsetType | None = UNSET
    subject: str


class FileDeletion(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str
    statement: Deletion


class FileLinkView(Model, frozen=True, kw_only=True):
    id: str
    name: str
    sha256: str
    size_bytes: int
    url: str


class FilePublishedView(Model, frozen=True, kw_only=True):
    id: str
    n: int
    rows: int
    sha256: str
    size_bytes: int


class FileView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    id: str
    media_type: str
    name: str
    owner: str
    purpose: str
    retention_until: dt.datetime | None
    sha256: str
    size_bytes: int


class FileViewPage(Model, frozen=True, kw_only=True):
    items: list[FileView]
    next: str | None


FilingState: TypeAlias = Literal["one_sided", "confirmed", "contested", "withdrawn"]


class FilingView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView | None
    concluded_on: dt.date
    confirmed_at: dt.datetime | None
    created_at: dt.datetime
    document_sha256: str
    end_reason: str | None
    filer: str
    filer_role: str
    id: str
    kind: str
    label: Text
    other: str | None
    other_name: str
    other_uscc: str
    status: str
    subject: str


class FilingViewPage(Model, frozen=True, kw_only=True):
    items: list[FilingView]
    next: str | None


FindingState: TypeAlias = Literal["open", "checking", "restored", "lost"]


class FindingView(Model, frozen=True, kw_only=True):
    against: list[str]
    asset_id: str
    edge: EdgeView | None
    kind: str
    rule: CitedRule
    violations: list[ViolationView]


class FinishUse(Model, frozen=True, kw_only=True):
    delivered: bool
    failure: Literal["provider", "centre"] | UnsetType | None = UNSET


class FixtureAgreement(Model, frozen=True, kw_only=True):
    counterparty_id: str
    dataset_id: str
    id: str
    side: DataspaceSide | UnsetType = UNSET


class FixtureDataset(Model, frozen=True, kw_only=True):
    id: str
    offers: list[dict[str, Any]] | UnsetType = UNSET


class FixtureView(Model, frozen=True, kw_only=True):
    agreements_added: int
    datasets_added: int
    unchanged: int


class Flat(Model, frozen=True, kw_only=True, tag_field="kind", tag="flat"):
    unit_price: str


Form: TypeAlias = Literal["resource", "product"]


class ForwardCounter(Model, frozen=True, kw_only=True):
    reached_on: dt.date


class Fragment(Model, frozen=True, kw_only=True):
    duties: list[DutyDemand] | UnsetType = UNSET
    exclusivity: str | UnsetType | None = UNSET
    onward: bool | UnsetType | None = UNSET
    permitted: list[str] | UnsetType = UNSET
    revisions: bool | UnsetType | None = UNSET
    withheld: list[str] | UnsetType = UNSET
    within: list[str] | UnsetType = UNSET


class Free(Model, frozen=True, kw_only=True, tag_field="kind", tag="free"):
    pass


class GartnerInputs(Model, frozen=True, kw_only=True):
    measure: Literal["ivi", "bvi", "pvi", "cvi", "mvi", "evi"]
    parameters: dict[str, Parameter]


class GateSheetView(Model, frozen=True, kw_only=True):
    act: str
    answers: list[Answer]
    asset_id: str
    created_at: dt.datetime
    id: str
    policy: PolicyRef
    subject: str


class GateSheetViewPage(Model, frozen=True, kw_only=True):
    items: list[GateSheetView]
    next: str | None


class GatesView(Model, frozen=True, kw_only=True):
    answers: list[Answer]
    at: dt.datetime
    classification_policy: PolicyRef | UnsetType | None = UNSET
    policy: PolicyRef


class GatewayCallView(Model, frozen=True, kw_only=True):
    address: str
    agreement_id: str
    at: dt.datetime
    call_id: str
    channel_key_id: str
    ended_at: dt.datetime | None
    expires_at: dt.datetime
    failure: str | None
    http_status: int | None
    id: str
    interface_id: str
    operation: str
    release_id: str | None
    request_bytes: int
    response_bytes: int | None
    state: str


class GatewayCallViewPage(Model, frozen=True, kw_only=True):
    items: list[GatewayCallView]
    next: str | None


class GatewayDayView(Model, frozen=True, kw_only=True):
    agreement_id: str
    calls_sha256: str
    committed: int
    day: dt.date
    expired: int
    made_at: dt.datetime
    released: int


class GatewayDayViewPage(Model, frozen=True, kw_only=True):
    items: list[GatewayDayView]
    next: str | None


class GiveApproval(Model, frozen=True, kw_only=True):
    terms: Terms


class GiveNotice(Model, frozen=True, kw_only=True):
    evidence: list[str]
    holder_contact: str | UnsetType | None = UNSET
    holder_name: str | UnsetType | None = UNSET
    right_kind: Literal["copyright", "database", "trade-secret", "personal-information", "data-rights", "other"]
    right_proof: str
    statement: str


class GiveOpinion(Model, frozen=True, kw_only=True):
    draft_id: str
    reason: str
    remarks: list[Remark] | UnsetType = UNSET
    verdict: Literal["agree", "return"]


class GiveRating(Model, frozen=True, kw_only=True):
    as_described: bool
    stars: int
    text: str | UnsetType = UNSET


class GiveReason(Model, frozen=True, kw_only=True):
    reason: str


class Graduated(Model, frozen=True, kw_only=True, tag_field="kind", tag="graduated"):
    tiers: list[Tier]


GrantState: TypeAlias = Literal["active", "ended", "expired"]


class GrantTerms(Model, frozen=True, kw_only=True):
    actions: list[str] | UnsetType | None = UNSET
    calls_max: int | UnsetType | None = UNSET
    depth: int | UnsetType = UNSET
    ends: dt.date
    environments: list[str]
    exclusivity: Exclusivity | UnsetType = UNSET
    purposes: list[str]
    recipients: list[str]
    rights: list[Right]
    rows_max: int | UnsetType | None = UNSET
    starts: dt.date
    territory: list[str]


class GrantView(Model, frozen=True, kw_only=True):
    asset_id: str
    certificate_id: str | None
    created_at: dt.datetime
    grantee_id: str
    grantor_id: str | None
    id: str
    parent_id: str | None
    reference: str | None
    royalty_of: str | None
    royalty_rate: str | None
    source: str
    status: str
    terms: dict[str, Any]
    terms_sha256: str


class GuideModel(Model, frozen=True, kw_only=True):
    closed_data: Parameter
    industry_volume: Parameter
    open_data: Parameter
    open_spread: Parameter
    own_volume: Parameter
    public_data: Parameter
    public_spread: Parameter
    realisation_risk: Parameter
    return_on_cost: Parameter
    shared_data: Parameter
    shared_spread: Parameter
    total_cost: Parameter


class HandOffComplaint(Model, frozen=True, kw_only=True):
    body: str
    evidence: list[str]
    kind: Literal["arbitration", "court", "authority"]
    reference: str


class HandedOver(Model, frozen=True, kw_only=True):
    channel: str
    content_sha256: str | None
    first_at: dt.datetime
    last_at: dt.datetime
    ref: str
    revision_id: str | None
    times: int
    to: list[str]


class HandedOverPage(Model, frozen=True, kw_only=True):
    items: list[HandedOver]
    next: str | None


class HeadThen(Model, frozen=True, kw_only=True):
    at: dt.datetime
    root: str
    size: int


HitReason: TypeAlias = Literal["listed", "price", "grade"]


class InboxEventView(Model, frozen=True, kw_only=True):
    attempts: int
    external_id: str
    handled_at: dt.datetime | None
    id: str
    kind: str
    last_error: str | None
    next_attempt_at: dt.datetime | None
    received_at: dt.datetime
    source: str
    status: str


class InboxEventViewPage(Model, frozen=True, kw_only=True):
    items: list[InboxEventView]
    next: str | None


InboxState: TypeAlias = Literal["received", "handled", "dead"]


class IncomeCheckView(Model, frozen=True, kw_only=True):
    actual: MoneyView
    adjusts: str
    allowed: MoneyView
    allowed_actions: list[str]
    answer: str | None
    created_at: dt.datetime
    decision_reason: str | None
    due_at: dt.datetime | None
    excess: MoneyView
    gap: str | None
    id: str
    owner: str | None
    party_id: str
    permitted_income_id: str
    since: dt.date
    status: str
    until: dt.date
    year: int


class IncomeCheckViewPage(Model, frozen=True, kw_only=True):
    items: list[IncomeCheckView]
    next: str | None


class IncomeModel(Model, frozen=True, kw_only=True):
    charges: dict[str, Charge] | UnsetType = UNSET
    currency: str | UnsetType | None = UNSET
    decay: Parameter | UnsetType | None = UNSET
    discount: BuildUp | Capm | Wacc | Wara
    discount_tax_basis: Literal["pre-tax", "post-tax"]
    half_life_years: Parameter | UnsetType | None = UNSET
    income: list[Parameter]
    life: Life
    method: Literal["direct", "share", "excess", "incremental"]
    perpetual_growth: Parameter | UnsetType | None = UNSET
    share_of: Literal["revenue", "profit"] | UnsetType | None = UNSET
    share_rate: Parameter | UnsetType | None = UNSET
    tax_basis: Literal["pre-tax", "post-tax"]
    tax_rate: Parameter | UnsetType | None = UNSET
    without: list[Parameter] | UnsetType = UNSET


class IndicatorView(Model, frozen=True, kw_only=True):
    code: str
    definition: Text
    name: Text


class InfringementNoticeView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    closed_at: dt.datetime | None
    counter: CounterView | None
    decision_reason: str | None
    due_at: dt.datetime | None
    evidence: list[EvidenceFileView]
    given_at: dt.datetime
    holder_name: str
    id: str
    listing_id: str
    measure_at: dt.datetime | None
    notifier: str
    outcome: str | None
    provider: str
    reached_on: dt.date | None
    represented: bool
    right_kind: str
    right_proof: str
    statement: str
    status: str
    suit: SuitView | None


class InfringementNoticeViewPage(Model, frozen=True, kw_only=True):
    items: list[InfringementNoticeView]
    next: str | None


class Instalment(Model, frozen=True, kw_only=True):
    due_days: int | UnsetType | None = UNSET
    due_on: dt.date | UnsetType | None = UNSET
    weight: int | UnsetType = UNSET


class Instalments(Model, frozen=True, kw_only=True, tag_field="kind", tag="instalments"):
    amount: str
    name: str
    parts: list[Instalment]


class Intangible(Model, frozen=True, kw_only=True):
    amortisation_charged: str | UnsetType = UNSET
    amortisation_disposed: str | UnsetType = UNSET
    amortisation_lapsed: str | UnsetType = UNSET
    amortisation_less_other: str | UnsetType = UNSET
    amortisation_opening: str | UnsetType = UNSET
    gross_developed: str | UnsetType = UNSET
    gross_disposed: str | UnsetType = UNSET
    gross_lapsed: str | UnsetType = UNSET
    gross_less_other: str | UnsetType = UNSET
    gross_opening: str | UnsetType = UNSET
    gross_other: str | UnsetType = UNSET
    gross_purchased: str | UnsetType = UNSET
    impairment_charged: str | UnsetType = UNSET
    impairment_opening: str | UnsetType = UNSET
    impairment_reduced: str | UnsetType = UNSET


class IntegrityFindingView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    created_at: dt.datetime
    due_at: dt.datetime | None
    fault: str
    file_id: str | None
    id: str
    note: str | None
    status: str


class IntegrityFindingViewPage(Model, frozen=True, kw_only=True):
    items: list[IntegrityFindingView]
    next: str | None


class IntegrityNightView(Model, frozen=True, kw_only=True):
    checked: int
    created_at: dt.datetime
    detection: list[Detection]
    drawn: int
    faults: int
    id: str
    night: dt.date
    stored: int


class IntegrityNightViewPage(Model, frozen=True, kw_only=True):
    items: list[IntegrityNightView]
    next: str | None


class InterfaceChange(Model, frozen=True, kw_only=True):
    kind: str
    operation: str
    subject: str


class InterfaceView(Model, frozen=True, kw_only=True):
    changes: list[InterfaceChange]
    created_at: dt.datetime
    document_sha256: str
    document_version: str
    effective_at: dt.datetime
    id: str
    n: int
    operations: list[str]
    original_sha256: str
    tests_per_day: int
    title: str


class Inventory(Model, frozen=True, kw_only=True):
    gross_lapsed: str | UnsetType = UNSET
    gross_less_other: str | UnsetType = UNSET
    gross_opening: str | UnsetType = UNSET
    gross_other: str | UnsetType = UNSET
    gross_processed: str | UnsetType = UNSET
    gross_purchased: str | UnsetType = UNSET
    gross_sold: str | UnsetType = UNSET
    provision_charged: str | UnsetType = UNSET
    provision_opening: str | UnsetType = UNSET
    provision_reversed: str | UnsetType = UNSET
    provision_written_off: str | UnsetType = UNSET


class InvitationView(Model, frozen=True, kw_only=True):
    accepted_at: dt.datetime | None
    administrator: bool
    created_at: dt.datetime
    email: str
    expires_at: dt.datetime
    id: str
    made_by: str
    member_id: str | None
    name: str
    roles: list[str]
    withdrawn_at: dt.datetime | None


class InvitationViewPage(Model, frozen=True, kw_only=True):
    items: list[InvitationView]
    next: str | None


class InviteMember(Model, frozen=True, kw_only=True):
    administrator: bool | UnsetType = UNSET
    email: str
    name: str
    roles: list[str]


class InvoiceDetailsView(Model, frozen=True, kw_only=True):
    address: str | None
    bank_account: str | None
    bank_name: str | None
    country: str
    party_id: str
    phone: str | None
    tax_number: str
    taxpayer: str
    title: str
    updated_at: dt.datetime
    vat_id: str | None


InvoiceState: TypeAlias = Literal["draft", "withdrawn", "issued", "registered", "void"]


class InvoiceView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    buyer: str
    credited: MoneyView
    due_at: dt.datetime | None
    end_reason: str | None
    fapiao_number: str | None
    fapiao_on: dt.date | None
    form: str
    gross: MoneyView
    id: str
    issued_at: dt.datetime | None
    kind: str
    mode: str
    number: str | None
    paper_id: str | None
    remark: str
    requested_at: dt.datetime
    seller: str
    status: str
    subjects: list[str]
    tax: MoneyView
    totals: list[RateTotalView]


class InvoiceViewPage(Model, frozen=True, kw_only=True):
    items: list[InvoiceView]
    next: str | None


class IssueCreditNote(Model, frozen=True, kw_only=True):
    amount: MoneyView
    reason: Literal["01", "02", "03", "04"]
    remark: str | UnsetType = UNSET


class IssueInvoice(Model, frozen=True, kw_only=True):
    drawer: str


class IssuedPaperView(Model, frozen=True, kw_only=True):
    currency: str
    document_id: str
    id: str
    issued_at: dt.datetime
    kind: str
    number: str
    parties: list[str]
    party_id: str
    subject: str


class IssuedPaperViewPage(Model, frozen=True, kw_only=True):
    items: list[IssuedPaperView]
    next: str | None


class JobView(Model, frozen=True, kw_only=True):
    attempts: int
    created_at: dt.datetime
    id: int
    last_error: str | None
    last_error_at: dt.datetime | None
    name: str
    next_attempt_at: dt.datetime | None
    status: str
    updated_at: dt.datetime


class JobViewPage(Model, frozen=True, kw_only=True):
    items: list[JobView]
    next: str | None


class JoinderView(Model, frozen=True, kw_only=True):
    party: str
    public_key: str
    role: str
    signature: str
    signed_at: str
    signing_key_id: str


JointAgreementState: TypeAlias = Literal[
    "proposed", "consented_by_one", "in_force", "refused", "withdrawn", "lapsed", "ended", "expired"
]


class JointAgreementView(Model, frozen=True, kw_only=True):
    a: JointSideView
    allowed_actions: list[str]
    b: JointSideView
    buyer: str
    content: JointContent
    created_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    id: str
    in_force_at: dt.datetime | None
    notice: Text
    reason: str | None
    sha256: str
    status: str


class JointAgreementViewPage(Model, frozen=True, kw_only=True):
    items: list[JointAgreementView]
    next: str | None


class JointAllowanceView(Model, frozen=True, kw_only=True):
    a: JointBudgetView
    b: JointBudgetView
    caution: Text
    joint_agreement_id: str
    offer: SetOffer | None


class JointBudgetView(Model, frozen=True, kw_only=True):
    micro_epsilon_left: int
    micro_epsilon_spent: int


class JointContent(Model, frozen=True, kw_only=True):
    a: JointSide
    aggregates: bool
    b: JointSide
    normalisation: str
    recipients: list[str]
    templates: list[JointTemplate]
    term_days: int
    units_min: int


class JointReason(Model, frozen=True, kw_only=True):
    reason: str


class JointReviewView(Model, frozen=True, kw_only=True):
    reason: str | None
    reviewed_by: str | None


JointRunState: TypeAlias = Literal[
    "queued",
    "running",
    "in_review",
    "reviewed_by_one",
    "released",
    "refused",
    "lapsed",
    "failed",
    "stopped",
    "cancelled",
]


class JointRunView(Model, frozen=True, kw_only=True):
    a_review: JointReviewView
    a_revision_id: str
    a_use_id: str | None
    allowed_actions: list[str]
    answer: dict[str, Any] | None
    answer_sha256: str | None
    b_review: JointReviewView
    b_revision_id: str
    b_use_id: str | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    id: str
    joint_agreement_id: str
    micro_epsilon: int
    parameters: dict[str, str | int | bool] | None
    pico_delta: int
    sql: str | None
    started_at: dt.datetime | None
    status: str
    template: str | None


class JointRunViewPage(Model, frozen=True, kw_only=True):
    items: list[JointRunView]
    next: str | None


class JointSide(Model, frozen=True, kw_only=True):
    file: str
    key_column: str
    order_id: str


class JointSideView(Model, frozen=True, kw_only=True):
    agreement_id: str
    asset_id: str
    consented_at: dt.datetime | None
    order_id: str
    provider: str


class JointTemplate(Model, frozen=True, kw_only=True):
    code: str
    name_en: str
    name_zh: str
    parameters: list[TemplateParameter]
    rows_max: int
    runs_max: int
    sql: str
    units_column: str | UnsetType | None = UNSET


class Judgement(Model, frozen=True, kw_only=True):
    first: Literal["cost", "income", "market"]
    reason: str
    scale: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    second: Literal["cost", "income", "market"]


class KeyView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    expires_at: dt.datetime
    id: str
    last_used_at: dt.datetime | None
    made_by: str | None
    name: str
    party_id: str
    prefix: str
    revoked_at: dt.datetime | None
    roles: list[str]


Kind: TypeAlias = Literal["days", "workdays", "number", "percent", "money", "date", "choice", "party", "text", "code"]


LeafKind: TypeAlias = Literal["intermediary", "upstream", "provider"]


class LedgerCorrectionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    booked_entry_id: str | None
    booked_on: dt.date
    created_at: dt.datetime
    due_at: dt.datetime | None
    entry_id: str
    id: str
    legs: list[CorrectionLeg]
    proposed_by: str
    reason: str
    status: str


class LedgerCorrectionViewPage(Model, frozen=True, kw_only=True):
    items: list[LedgerCorrectionView]
    next: str | None


class LeftOut(Model, frozen=True, kw_only=True):
    name: str
    why: Text


class LeftOutView(Model, frozen=True, kw_only=True):
    count: int
    rule: str | None
    why: Text


class LegalHoldView(Model, frozen=True, kw_only=True):
    asset_id: str
    basis: str
    created_at: dt.datetime
    id: str
    lifted_at: dt.datetime | None
    lifted_by: str | None
    set_by: str
    until: dt.date


class LegalHoldViewPage(Model, frozen=True, kw_only=True):
    items: list[LegalHoldView]
    next: str | None


class LicenceTerms(Model, frozen=True, kw_only=True):
    actions: list[str]
    calls_max: int | UnsetType | None = UNSET
    delegation_depth: int | UnsetType = UNSET
    environments: list[str] | UnsetType = UNSET
    exclusivity: str | UnsetType = UNSET
    marks: list[TableMarks] | UnsetType = UNSET
    purposes: list[str]
    recipients: str | UnsetType = UNSET
    rows_max: int | UnsetType | None = UNSET
    term_days: int
    territory: list[str]
    updates: str | UnsetType = UNSET


class Life(Model, frozen=True, kw_only=True):
    contract: Parameter | UnsetType | None = UNSET
    product: Parameter | UnsetType | None = UNSET
    right: Parameter | UnsetType | None = UNSET
    update: Parameter | UnsetType | None = UNSET
    years: Parameter | UnsetType | None = UNSET


class Limit(Model, frozen=True, kw_only=True):
    currency: str
    max: str


class LineFault(Model, frozen=True, kw_only=True):
    detail: Text
    pointer: str
    rule: str | None


LineKind: TypeAlias = Literal[
    "entry",
    "recurring",
    "usage",
    "included",
    "trial",
    "revenue-share",
    "instalment",
    "bundle",
    "minimum",
    "maximum",
    "audit-cost",
]


class LineageOfListing(Model, frozen=True, kw_only=True):
    capped: bool
    listing_id: str
    made_from: list[RelativeView]
    made_into: list[RelativeView]


class LineageView(Model, frozen=True, kw_only=True):
    basis: str | None
    child_id: str
    created_at: dt.datetime
    grant_id: str | None
    kind: str
    parent_id: str


class LinkView(Model, frozen=True, kw_only=True):
    grantee_id: str
    grantor_id: str | None
    id: str
    status: str


class LinksView(Model, frozen=True, kw_only=True):
    delivery_id: str
    expires_at: dt.datetime
    files: list[FileLinkView]
    order_id: str
    revision_id: str
    serves: str
    to: str | None


class ListedTerms(Model, frozen=True, kw_only=True):
    terms: Terms
    terms_digest: str


class ListingLine(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    asset_id: str
    certificate_id: str | None
    created_at: dt.datetime
    decision_reason: str | None
    delivery: str
    held_by: str | None
    id: str
    lapses_rule: str | None
    listed_at: dt.datetime | None
    look_again_on: dt.date | None
    price: MoneyView | None
    price_from: PriceFrom | None
    price_kind: str
    provider: ProviderView
    quality: QualityView | None
    revision_id: str
    scorecard_id: str | None
    status: str
    status_changed_at: dt.datetime
    theme: str
    title_en: str
    title_zh: str


class ListingLinePage(Model, frozen=True, kw_only=True):
    items: list[ListingLine]
    next: str | None


class ListingManifest(Model, frozen=True, kw_only=True):
    apiVersion: Literal["liutong/v1"]
    kind: Literal["Listing"]
    metadata: ManifestMetadata
    spec: ListingSpec


class ListingSpec(Model, frozen=True, kw_only=True):
    appraisal: str | UnsetType = UNSET
    asset: str
    delivery: Literal["files", "computing"] | UnsetType = UNSET
    keywords: list[str] | UnsetType = UNSET
    licence: LicenceTerms
    plan: Plan | UnsetType = UNSET
    price: MoneyView | UnsetType = UNSET
    price_kind: PriceKind | UnsetType = UNSET
    scorecard: str | UnsetType = UNSET
    state: ShelfState | UnsetType = UNSET
    summary: SummaryPair
    theme: str
    title: TitlePair


ListingState: TypeAlias = Literal["draft", "submitted", "listed", "rejected", "suspended", "delisted"]


class ListingSummary(Model, frozen=True, kw_only=True):
    freshness_at: dt.datetime | None
    id: str
    keywords: list[str]
    listed_at: dt.datetime | None
    price: MoneyView | None
    price_from: PriceFrom | None
    price_kind: str
    provider: ProviderView
    quality: QualityView | None
    rating: RatingStanding
    row_count: int | None
    size_bytes: int
    summary_en: str
    summary_zh: str
    theme: str
    title_en: str
    title_zh: str


class ListingView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    appraisal_id: str | None
    asset_id: str
    certificate_id: str | None
    created_at: dt.datetime
    decision_reason: str | None
    delivery: str
    figures: FiguresView
    freshness_at: dt.datetime | None
    gates: GatesView | None
    held_by: str | None
    id: str
    keywords: list[str]
    lapses_rule: str | None
    licence: LicenceTerms
    listed_at: dt.datetime | None
    look_again_on: dt.date | None
    masked_columns: dict[str, list[str]]
    plan: Plan | None
    price: MoneyView | None
    price_band: PriceBandView
    price_from: PriceFrom | None
    price_kind: str
    provider: ProviderView
    provider_rating: RatingStanding
    quality: QualityView | None
    quality_watch: QualityWatchView | None
    rating: RatingStanding
    revision_id: str
    row_count: int | None
    sample_rows: dict[str, Any]
    scorecard_id: str | None
    size_bytes: int
    status: str
    summary_en: str
    summary_zh: str
    theme: str
    third_party_tests: list[TestBadge]
    title_en: str
    title_zh: str


class LoadFixture(Model, frozen=True, kw_only=True):
    agreements: list[FixtureAgreement] | UnsetType = UNSET
    datasets: list[FixtureDataset] | UnsetType = UNSET


class MakeGrant(Model, frozen=True, kw_only=True):
    grantee_id: str
    reference: str | UnsetType | None = UNSET
    royalty: RoyaltyTerms | UnsetType | None = UNSET
    terms: GrantTerms
    under: str | UnsetType | None = UNSET


class MakeOffer(Model, frozen=True, kw_only=True):
    offer: dict[str, Any] | UnsetType | None = UNSET


MandateOrderState: TypeAlias = Literal["awaiting_approval", "placed", "rejected", "lapsed"]


class MandateOrderView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    created_at: dt.datetime
    decided_at: dt.datetime | None
    due_at: dt.datetime | None
    id: str
    key: str
    listing_id: str
    mandate_id: str
    order_id: str | None
    purpose: str
    quote_id: str
    reason: str | None
    recredited: MoneyView
    signing_text: str | None
    status: str
    use_case: str


class MandateOrderViewPage(Model, frozen=True, kw_only=True):
    items: list[MandateOrderView]
    next: str | None


MandateState: TypeAlias = Literal["drafted", "in_force", "revoked", "expired"]


class MandateSummary(Model, frozen=True, kw_only=True):
    agent_jkt: str
    allowed_actions: list[str]
    budget: MoneyView
    created_at: dt.datetime
    id: str
    not_after: dt.datetime
    not_before: dt.datetime
    principal: str
    spent: MoneyView
    status: str


class MandateSummaryPage(Model, frozen=True, kw_only=True):
    items: list[MandateSummary]
    next: str | None


class MandateUsage(Model, frozen=True, kw_only=True):
    budget: MoneyView
    count: int
    count_left: int
    left: MoneyView
    mandate_id: str
    reserved: MoneyView
    spent: MoneyView


class MandateView(Model, frozen=True, kw_only=True):
    agent_jkt: str
    allowed_actions: list[str]
    budget: MoneyView
    created_at: dt.datetime
    digest: str
    document: dict[str, Any]
    document_id: str | None
    id: str
    not_after: dt.datetime
    not_before: dt.datetime
    policy: PolicyRef
    principal: str
    revoked_at: dt.datetime | None
    revoked_because: str | None
    signature: str | None
    signed_at: dt.datetime | None
    signing_key_id: str | None
    signing_text: str
    spent: MoneyView
    status: str


class ManifestApplication(Model, frozen=True, kw_only=True):
    lines: list[PlanLine]


class ManifestMetadata(Model, frozen=True, kw_only=True):
    name: str
    set: str | UnsetType = UNSET


class ManifestPlan(Model, frozen=True, kw_only=True):
    changed: bool
    digest: str
    lines: list[PlanLine]


Mark: TypeAlias = Literal["same", "inserted", "deleted"]


class MarkView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    auction_id: str
    bidder: str
    code: str
    others: list[str]


class MarkedColumn(Model, frozen=True, kw_only=True):
    column: str
    step: str


class MarketModel(Model, frozen=True, kw_only=True):
    capacity_exponent: Parameter
    comparables: dict[str, Comparable]
    field: str
    mode: str
    price_index: Parameter
    quality_exponent: Parameter
    region: str
    remaining_years: Parameter
    right: str
    right_remaining_years: Parameter | UnsetType | None = UNSET
    scale: Parameter
    tax_basis: str


MatchState: TypeAlias = Literal[
    "received",
    "unknown",
    "partial",
    "proposed",
    "returning",
    "unexplained",
    "matched",
    "prepaid",
    "returned",
    "explained",
]


class MatchView(Model, frozen=True, kw_only=True):
    listing_id: str
    parts: list[PartView]
    price: MoneyView | None
    provider: str
    score: str
    title_en: str
    title_zh: str


class MatchesView(Model, frozen=True, kw_only=True):
    capped: bool
    considered: int
    items: list[MatchView]
    policy: PolicyRef
    rule: str


class MatrixRow(Model, frozen=True, kw_only=True):
    how: list[Cell]
    name: Text
    stage: str
    what: list[Cell]
    who: list[Cell]


MeasureWindow: TypeAlias = Literal["day", "week", "month"]


class Measured(Model, frozen=True, kw_only=True):
    left: int
    limit: int
    used: int


class MemberView(Model, frozen=True, kw_only=True):
    administrator: bool
    created_at: dt.datetime
    email: str
    id: str
    made_by: str | None
    name: str
    removed_at: dt.datetime | None
    roles: list[str]
    second_factor: bool
    signed_in_at: dt.datetime | None


class MemberViewPage(Model, frozen=True, kw_only=True):
    items: list[MemberView]
    next: str | None


class MessageView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    attachments: list[AttachmentView]
    by: str
    id: str
    text: str


class MessageViewPage(Model, frozen=True, kw_only=True):
    items: list[MessageView]
    next: str | None


Meter: TypeAlias = Literal["call", "row", "byte", "second", "unit"]


class MeterUsage(Model, frozen=True, kw_only=True):
    events: int
    frozen_at: dt.datetime | None
    late: int
    meter: str
    not_charged: int
    period_end: dt.datetime
    period_start: dt.datetime
    rated: MoneyView
    reserved: int
    usage_digest: str
    used: int


class Metered(Model, frozen=True, kw_only=True, tag_field="kind", tag="metered"):
    aggregation: str | UnsetType = UNSET
    cap: str | UnsetType | None = UNSET
    every: int | UnsetType = UNSET
    included: int | UnsetType = UNSET
    meter: str
    name: str
    tariff: Flat | Graduated | Volume | Package
    unit: str | UnsetType = UNSET


class MetersView(Model, frozen=True, kw_only=True):
    calls: int
    calls_reserved: int
    first_access_at: dt.datetime | None
    rows: int
    seconds: int


Mode: TypeAlias = Literal["follows", "consent"]


class MoneyView(Model, frozen=True, kw_only=True):
    amount: Decimal
    currency: str


class MonthClosingView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    balances_sha256: str | None
    closed_at: dt.datetime | None
    due_at: dt.datetime | None
    entry_count: int | None
    figures: list[FigureView]
    id: str
    last_entry_id: str | None
    month: dt.date
    n: int
    previous_id: str | None
    reason: str | None
    status: str


class MonthClosingViewPage(Model, frozen=True, kw_only=True):
    items: list[MonthClosingView]
    next: str | None


class MonthlyCounts(Model, frozen=True, kw_only=True):
    certificates: int
    listings: int
    month: str
    orders_settled: int
    providers: int


class NearView(Model, frozen=True, kw_only=True):
    asset_id: str
    base_date: dt.date
    considered: int
    currency: str
    high: str | None
    known: int
    low: str | None
    middle: str | None
    mode: str
    neighbours: list[NeighbourView]
    note: Text
    only_asking: bool


Nearness: TypeAlias = Literal["near", "similar", "broad"]


NegotiationState: TypeAlias = Literal["requested", "offered", "accepted", "terminated"]


class NegotiationSummary(Model, frozen=True, kw_only=True):
    agreement_id: str | None
    allowed_actions: list[str]
    consumer: str
    due_at: dt.datetime | None
    end_code: str | None
    id: str
    initiated_by: str
    last_round: int
    listing_id: str | None
    offer_id: str | None
    on_due: str | None
    opened_at: dt.datetime
    order_id: str | None
    owner: str | None
    provider: str
    reason: str | None
    status: str
    terms_digest: str | None


class NegotiationSummaryPage(Model, frozen=True, kw_only=True):
    items: list[NegotiationSummary]
    next: str | None


class NegotiationView(Model, frozen=True, kw_only=True):
    agreement_id: str | None
    allowed_actions: list[str]
    consumer: str
    due_at: dt.datetime | None
    end_code: str | None
    id: str
    initiated_by: str
    last_round: int
    listing_id: str | None
    offer_id: str | None
    on_due: str | None
    opened_at: dt.datetime
    order_id: str | None
    owner: str | None
    provider: str
    reason: str | None
    rounds: list[RoundView]
    status: str
    terms_digest: str | None


class NeighbourView(Model, frozen=True, kw_only=True):
    comparable: ComparableView
    likeness: str
    why: Text


class NewChannelKeyView(Model, frozen=True, kw_only=True):
    key: ChannelKeyView
    profile: ShareProfile | None
    secret: str | None


class NewCounterpartyView(Model, frozen=True, kw_only=True):
    counterparty: CounterpartyView
    previous_valid_until: dt.datetime | None
    token_in: str | None


class NewInvitation(Model, frozen=True, kw_only=True):
    invitation: InvitationView
    link: str | None


class NewKeyView(Model, frozen=True, kw_only=True):
    key: KeyView
    secret: str


class NewMember(Model, frozen=True, kw_only=True):
    email: str
    name: str
    password: str


class NewReset(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime
    link: str | None
    member_id: str


class NewWebhookView(Model, frozen=True, kw_only=True):
    secret: str | None
    webhook: WebhookView


class NoteSuit(Model, frozen=True, kw_only=True):
    body: str
    evidence: list[str]
    kind: Literal["complaint", "suit"]
    reference: str


class NoteView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    currency: str
    document_id: str
    id: str
    note: dict[str, Any]
    party: str
    period_from: dt.date
    period_until: dt.date


class NoteViewPage(Model, frozen=True, kw_only=True):
    items: list[NoteView]
    next: str | None


NoticeState: TypeAlias = Literal[
    "notified", "rejected", "measure", "countered", "waiting", "suit_noted", "lifted", "upheld", "withdrawn"
]


class NoticeView(Model, frozen=True, kw_only=True):
    applicant_name: str
    asset_name: str
    notice_from: dt.date
    notice_until: dt.date
    overview: str
    provisional: bool
    regime: str
    registration_id: str
    restrictions: str
    rights: list[str]
    scope: dict[str, Any] | None
    type: str


class NoticeViewPage(Model, frozen=True, kw_only=True):
    items: list[NoticeView]
    next: str | None


Notify: TypeAlias = Literal["instant", "daily"]


class ObjectProblem(Model, frozen=True, kw_only=True):
    object: str
    problem: RunProblem | None


class ObjectView(Model, frozen=True, kw_only=True):
    columns: list[ColumnView]
    name: str
    rows: int | None


class ObjectionEvidenceView(Model, frozen=True, kw_only=True):
    id: str
    name: str
    retention_until: dt.date
    sha256: str
    side: str
    size_bytes: int


class ObjectionFindingView(Model, frozen=True, kw_only=True):
    en: str
    kind: str
    matched_columns: int
    score: str
    zh: str


ObjectionState: TypeAlias = Literal[
    "raised", "told", "investigated", "conceded", "upheld", "dismissed", "withdrawn", "referred", "settled"
]


class ObjectionThen(Model, frozen=True, kw_only=True):
    entries: list[EntryRef]
    id: str
    registration_id: str
    stage: str
    state: str


class ObjectionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    answer: str | None
    asset_id: str
    conclusion: str | None
    created_at: dt.datetime
    due_on: dt.date | None
    earlier_claim: str | None
    evidence: list[ObjectionEvidenceView]
    finding: ObjectionFindingView | None
    forum: str | None
    forum_reference: str | None
    id: str
    objector_id: str | None
    objector_name: str
    outcome: str | None
    overdue: bool
    provisional: bool
    raised_on: dt.date
    registration_id: str
    remedy: str | None
    respondent_id: str
    stage: str
    statement: str
    status: str
    status_changed_at: dt.datetime
    told_on: dt.date | None


class ObjectionViewPage(Model, frozen=True, kw_only=True):
    items: list[ObjectionView]
    next: str | None


ObligationState: TypeAlias = Literal["due", "discharged", "waived", "breached", "released"]


class ObligationView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    bearer: str
    beneficiary: str
    breached_at: dt.datetime
    closed_at: dt.datetime | None
    created_at: dt.datetime
    due_at: dt.datetime
    duty: str
    evidence: dict[str, Any] | None
    id: str
    kind: str
    period: int
    reason: str | None
    status: str
    text: Text


class ObligationViewPage(Model, frozen=True, kw_only=True):
    items: list[ObligationView]
    next: str | None


class OccurrenceView(Model, frozen=True, kw_only=True):
    agreement_id: str
    at: dt.datetime
    by: str
    clause: str
    code: str
    evidence_sha256: str | None
    id: str
    reference: str
    statement: str
    trigger: str


class OccurrenceViewPage(Model, frozen=True, kw_only=True):
    items: list[OccurrenceView]
    next: str | None


class OdrlTerms(Model, frozen=True, kw_only=True):
    clauses: list[ClauseUse] | UnsetType = UNSET
    commissions: list[Commission] | UnsetType = UNSET
    consumer: str | UnsetType | None = UNSET
    delivery: Delivery
    form: str
    listing: str | UnsetType | None = UNSET
    model: str
    odrl: dict[str, Any]
    price: OneOff | Free | OnRequest | Plan
    provider: str
    purpose: str | UnsetType | None = UNSET
    service: ServiceLevels | UnsetType = UNSET
    use_case: str | UnsetType = UNSET


class OfferRenewal(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime | UnsetType | None = UNSET
    terms: Terms


OfferState: TypeAlias = Literal["open", "withdrawn", "taken", "expired"]


class OfferView(Model, frozen=True, kw_only=True):
    addressed: list[str] | None
    allowed_actions: list[str]
    end_reason: str | None
    expires_at: dt.datetime
    id: str
    listing_id: str
    provider: str
    published_at: dt.datetime
    seats: int | None
    status: str
    taken: int
    terms: Terms
    terms_digest: str
    title_en: str
    title_zh: str


class OfferViewPage(Model, frozen=True, kw_only=True):
    items: list[OfferView]
    next: str | None


class OfferedDimension(Model, frozen=True, kw_only=True):
    column: str
    domain: list[str | int | bool] | UnsetType | None = UNSET
    kind: str


class OfferedMeasure(Model, frozen=True, kw_only=True):
    column: str
    decimals: int | UnsetType = UNSET
    lower: int
    missing: int
    upper: int


class OnRequest(Model, frozen=True, kw_only=True, tag_field="kind", tag="on-request"):
    pass


class OneOff(Model, frozen=True, kw_only=True, tag_field="kind", tag="one-off"):
    amount: MoneyView


class OneWayView(Model, frozen=True, kw_only=True):
    by: list[str]
    driver: str
    values: list[str | None]


Op: TypeAlias = Literal["add", "remove", "change", "move"]


class OpenBankAccount(Model, frozen=True, kw_only=True):
    bank_code: str
    bank_name: str
    currency: str
    holder: str
    number: str
    opening_balance: MoneyView
    payment_format: Literal["pain.001.001.03", "pain.001.001.09"] | UnsetType = UNSET


class OpenCart(Model, frozen=True, kw_only=True):
    cost_centre: str | UnsetType | None = UNSET
    purchase_order_number: str | UnsetType | None = UNSET


class OpenNegotiation(Model, frozen=True, kw_only=True):
    counterparty_id: str
    dataset_id: str
    offer: dict[str, Any] | UnsetType | None = UNSET
    side: DataspaceSide


class OpenPayment(Model, frozen=True, kw_only=True):
    method: Literal["bank_transfer", "card"] | UnsetType = UNSET
    return_url: str | UnsetType | None = UNSET


class OpenTransfer(Model, frozen=True, kw_only=True):
    agreement_id: str
    format: str | UnsetType = UNSET


class OpinionView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    draft_id: str
    engagement_id: str
    given_by: str
    id: str
    reason: str
    remarks: list[dict[str, Any]]
    stage: str
    verdict: str


class OpinionViewPage(Model, frozen=True, kw_only=True):
    items: list[OpinionView]
    next: str | None


class OptionInputs(Model, frozen=True, kw_only=True):
    currency: str
    exercise: Parameter
    rate: Parameter
    underlying: Parameter
    volatility: Parameter
    years: Parameter


class OrderQuoteView(Model, frozen=True, kw_only=True):
    buyer: str
    expires_at: dt.datetime
    id: str
    listing_id: str
    price: MoneyView
    provider: str
    purpose: str
    revision_id: str
    signature: str
    signing_text: str
    terms_digest: str
    use_case: str
    verification_method: str


OrderState: TypeAlias = Literal[
    "placed", "paid", "delivered", "accepted", "settled", "cancelled", "expired", "refunded"
]


class OrderTest(Model, frozen=True, kw_only=True):
    contract: dict[str, Any] | str
    purpose: str
    sample_minutes: int | UnsetType | None = UNSET
    samples: int | UnsetType | None = UNSET
    tester: str


class OrderView(Model, frozen=True, kw_only=True):
    accepted_at: dt.datetime | None
    agreement_id: str | None
    allowed_actions: list[str]
    asset_id: str
    buyer: str
    collect_due_at: dt.datetime | None
    complaint_id: str | None
    cost_centre: str | None
    delivered_at: dt.datetime | None
    end_reason: str | None
    id: str
    inspection_due_at: dt.datetime | None
    listing_id: str
    negotiation_id: str | None
    paid_at: dt.datetime | None
    payment_due_at: dt.datetime
    placed_at: dt.datetime
    price: MoneyView
    provider: str
    purchase_order_number: str | None
    purpose: str
    revision_id: str
    settled_at: dt.datetime | None
    status: str
    title_en: str
    title_zh: str
    use_case: str


class OrderViewPage(Model, frozen=True, kw_only=True):
    items: list[OrderView]
    next: str | None


class Outlier(Model, frozen=True, kw_only=True):
    appraisal_id: str
    confidence: str
    median: str
    path: str
    peer: str
    peers: int
    robust_z: str
    source: str
    value: str
    valuer: str


class Outliers(Model, frozen=True, kw_only=True):
    items: list[Outlier]
    method: Text
    next: str | None
    not_looked_into: int


class OutsideSource(Model, frozen=True, kw_only=True):
    holder: str
    name: str


class OverrideScan(Model, frozen=True, kw_only=True):
    findings: list[str]
    officer: str
    reason: str
    revision_id: str


class OverrideView(Model, frozen=True, kw_only=True):
    asset_id: str
    created_at: dt.datetime
    findings: list[str]
    id: str
    officer: str
    officer_key: str
    reason: str
    revision_id: str


class Owed(Model, frozen=True, kw_only=True):
    bearer: str
    bearer_id: str | UnsetType | None = UNSET
    beneficiary: str
    beneficiary_id: str | UnsetType | None = UNSET
    clause: str
    clock: ClockLength | UnsetType | None = UNSET
    code: str
    due_at: dt.datetime | UnsetType | None = UNSET
    name: Text
    provisional: bool | UnsetType = UNSET
    survives: bool | UnsetType = UNSET
    trigger: str


class OwnDataAddress(Model, frozen=True, kw_only=True):
    endpoint: str
    token: str | UnsetType | None = UNSET


class OwnInterfaceView(Model, frozen=True, kw_only=True):
    asset_id: str
    base_url: str
    credential_header: str | None
    interface: InterfaceView


class OwnInterfaceViewPage(Model, frozen=True, kw_only=True):
    items: list[OwnInterfaceView]
    next: str | None


class Package(Model, frozen=True, kw_only=True, tag_field="kind", tag="package"):
    price: str
    size: int


class PaidShareView(Model, frozen=True, kw_only=True):
    agreement_id: str
    amount: MoneyView
    asset_id: str | None
    created_at: dt.datetime
    holder: str
    id: str
    invoice_id: str | None
    kept_back: bool
    kind: str
    left: MoneyView
    payer: str | None
    subject: str


class PaidShareViewPage(Model, frozen=True, kw_only=True):
    items: list[PaidShareView]
    next: str | None


class PaperView(Model, frozen=True, kw_only=True):
    added_by: str
    created_at: dt.datetime
    engagement_id: str
    file_id: str
    id: str
    kind: str
    name: str
    retention_until: dt.date
    sha256: str
    size_bytes: int
    title: str


class PaperViewPage(Model, frozen=True, kw_only=True):
    items: list[PaperView]
    next: str | None


class ParamView(Model, frozen=True, kw_only=True):
    choices: list[ChoiceView]
    default: str | int | None
    kind: str
    label: Text
    max: int | None
    may_not_apply: bool
    min: int | None
    name: str
    required: bool
    rule: str | None
    warn_above: int | None
    warning: Text | None


class Parameter(Model, frozen=True, kw_only=True):
    confidence: str
    evidence: str
    source: str
    value: str


class ParameterView(Model, frozen=True, kw_only=True):
    maximum: str | None
    minimum: str | None
    name: str
    simulation: bool
    value: str | None
    what_if: bool


PartState: TypeAlias = Literal["planned", "released", "received", "accepted", "refunded", "ended"]


class PartView(Model, frozen=True, kw_only=True):
    part: str
    score: str | None
    weight: str


class PartialResultView(Model, frozen=True, kw_only=True):
    dimensions: dict[str, Any]
    indicators: dict[str, Any]
    note: Text
    objects_missing: list[ObjectProblem]
    partial: bool
    parts: dict[str, Any]
    problem: RunProblem | None
    rows: int
    run_id: str


class ParticipantView(Model, frozen=True, kw_only=True):
    address: str
    connector_keys: list[str]
    did: str
    party_id: str
    standing: list[str]
    version_address: str


class PartyFacts(Model, frozen=True, kw_only=True):
    id: str | UnsetType = UNSET
    name: str
    uscc: str | UnsetType = UNSET


PartyState: TypeAlias = Literal["applied", "admitted", "refused", "suspended"]


class PartyView(Model, frozen=True, kw_only=True):
    admitted_until: dt.date | None
    alike: list[str] | UnsetType = UNSET
    allowed_actions: list[str]
    contact: Contact | UnsetType | None = UNSET
    created_at: dt.datetime
    decision_reason: str | None
    id: str
    kind: str
    name: str
    pledges: list[str]
    roles: list[str]
    status: str
    uscc: str


class PartyViewPage(Model, frozen=True, kw_only=True):
    items: list[PartyView]
    next: str | None


class PayeeAccountView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    bank_code: str | None
    bank_name: str | None
    channel: str
    code_issued_at: dt.datetime | None
    created_at: dt.datetime
    currency: str
    end_reason: str | None
    holder: str
    id: str
    lapses_at: dt.datetime
    number: str
    party_id: str
    status: str
    usable_from: dt.datetime


class PayeeAccountViewPage(Model, frozen=True, kw_only=True):
    items: list[PayeeAccountView]
    next: str | None


class PayeeCodeView(Model, frozen=True, kw_only=True):
    code: str | None
    contact: dict[str, str]
    issued_at: dt.datetime
    party_name: str
    payee_account_id: str


PayeeState: TypeAlias = Literal[
    "declared", "confirmed", "active", "replaced", "withdrawn", "rejected", "lapsed", "closed"
]


PaymentState: TypeAlias = Literal["opened", "succeeded", "failed", "cancelled", "refunded"]


class PaymentView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    bank_reference: str | None
    bill_id: str | None
    checkout_url: str | None
    created_at: dt.datetime
    failure: str | None
    id: str
    instructions: TransferInstructions | None
    method: str
    order_id: str | None
    payer: str
    received_on: dt.date | None
    refunded: MoneyView
    set_off: MoneyView
    status: str
    subject: str


class PaymentViewPage(Model, frozen=True, kw_only=True):
    items: list[PaymentView]
    next: str | None


class PayoutAdviceView(Model, frozen=True, kw_only=True):
    account_holder: str
    account_number: str
    closing_balance: MoneyView
    line_count: int
    lines: list[StatementLine]
    opening_balance: MoneyView
    payee_name: str
    payout: PayoutView


class PayoutBatchView(Model, frozen=True, kw_only=True):
    approvals: list[BatchApprovalView]
    approvals_needed: int
    bank_account_id: str | None
    channel: str
    created_at: dt.datetime
    currency: str
    digest: str
    due_at: dt.datetime
    end_reason: str | None
    execution_on: dt.date
    file_sha256: str | None
    form: str | None
    id: str
    payout_count: int
    payouts: list[PayoutView]
    proposed_by: str
    status: str
    total: MoneyView


class PayoutStandingView(Model, frozen=True, kw_only=True):
    balance: MoneyView
    blocks: list[str]
    currency: str
    due: MoneyView
    held: MoneyView
    next_day: dt.date


PayoutState: TypeAlias = Literal["due", "batched", "sent", "confirmed", "returned", "cancelled"]


class PayoutView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    bank_reason: str | None
    bank_status: str | None
    batch_id: str | None
    confirmed_on: dt.date | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    id: str
    party_id: str
    payee_account_id: str
    payout_reference: str | None
    previous_id: str | None
    returned_on: dt.date | None
    status: str
    transfer_reference: str | None


class PayoutViewPage(Model, frozen=True, kw_only=True):
    items: list[PayoutView]
    next: str | None


class Permission(Model, frozen=True, kw_only=True):
    actions: list[str]
    calls_max: int | UnsetType | None = UNSET
    depth_max: int | UnsetType = UNSET
    duties: list[str] | UnsetType = UNSET
    ends: dt.datetime | UnsetType | None = UNSET
    environments: list[str]
    id: str
    purposes: list[str]
    recipients: list[str]
    rows_max: int | UnsetType | None = UNSET
    seconds_max: int | UnsetType | None = UNSET
    starts: dt.datetime | UnsetType | None = UNSET
    territory: list[str]
    window_days: int | UnsetType | None = UNSET
    window_from: str | UnsetType = UNSET


class PermittedIncomeView(Model, frozen=True, kw_only=True):
    allowed: MoneyView
    assets: list[str]
    begins_on: dt.date
    checked_years: int
    created_at: dt.datetime
    cycle_excess: MoneyView | None
    decision: str
    ends_on: dt.date
    id: str
    inputs: PriceCapInputs
    next_check_at: dt.datetime | None
    party_id: str
    rule_set: PolicyRef


class PermittedIncomeViewPage(Model, frozen=True, kw_only=True):
    items: list[PermittedIncomeView]
    next: str | None


Personal: TypeAlias = Literal["none", "anonymised", "identified"]


class Pick(Model, frozen=True, kw_only=True):
    comparable_id: str
    field: str | UnsetType | None = UNSET
    other: Parameter
    price_index: Parameter
    quality: Parameter | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET
    remaining_years: Parameter | UnsetType | None = UNSET
    right: str | UnsetType | None = UNSET
    scale: Parameter | UnsetType | None = UNSET
    supply_demand: Parameter
    weight: Parameter | UnsetType | None = UNSET


class PickComparables(Model, frozen=True, kw_only=True):
    base_date: dt.date
    capacity_exponent: Parameter
    currency: str
    field: str
    mode: str
    picks: dict[str, Pick]
    price_index: Parameter
    quality_exponent: Parameter
    region: str
    remaining_years: Parameter
    right: str
    right_remaining_years: Parameter | UnsetType | None = UNSET
    scale: Parameter
    scorecard_id: str
    tax_basis: Literal["pre-tax", "post-tax"]


class PickedView(Model, frozen=True, kw_only=True):
    left_out: list[LeftOut]
    market: MarketModel


class PieceOfEvidence(Model, frozen=True, kw_only=True):
    file_id: str
    kind: Literal[
        "identity-proof",
        "rights-statement",
        "data-sample",
        "collection-record",
        "acquisition-contract",
        "crawl-compliance",
        "upstream-authorisation",
        "processing-description",
        "co-party-consent",
        "non-substitution",
        "transfer-contract",
        "change-description",
        "holder-consent",
        "error-proof",
        "cancellation-statement",
        "licence-contract",
        "lawful-source",
        "resource-description",
        "evidence-storage",
        "use-scenarios",
        "security-risk-assessment",
        "other",
        "anonymisation-report",
        "separate-consent",
        "impact-assessment",
        "sensitive-consent",
        "protection-measures",
        "guardian-consent",
        "minor-rules",
        "important-assessment",
        "important-contract",
        "export-contract",
        "export-assessment",
        "regrading-report",
        "price-cap-decision",
    ]


class PlaceBid(Model, frozen=True, kw_only=True):
    amount: MoneyView


class PlaceCart(Model, frozen=True, kw_only=True):
    total: MoneyView


class PlaceOrder(Model, frozen=True, kw_only=True):
    cost_centre: str | UnsetType | None = UNSET
    listing_id: str
    purchase_order_number: str | UnsetType | None = UNSET
    purpose: Literal[
        "internal-analysis",
        "product-development",
        "risk-control",
        "operations-optimisation",
        "model-training",
        "research",
        "public-service",
    ]
    use_case: str | UnsetType = UNSET


class Plan(Model, frozen=True, kw_only=True, tag_field="kind", tag="plan"):
    components: list[Entry | Recurring | Metered | RevenueShare | Instalments | Bundle | Trial]
    coupon: Coupon | UnsetType | None = UNSET
    currency: str
    maximum: str | UnsetType | None = UNSET
    minimum: str | UnsetType | None = UNSET
    seller: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET


class PlanFault(Model, frozen=True, kw_only=True):
    detail_en: str
    detail_zh: str
    pointer: str
    rule: str | None


class PlanLine(Model, frozen=True, kw_only=True):
    action: str
    changes: list[FieldChange]
    decision_reason: str | None
    drift: list[FieldChange]
    faults: list[PlanFault]
    listing_id: str | None
    name: str
    pruned: bool
    set: str | None
    status: str | None
    submits: bool


class PlanManifests(Model, frozen=True, kw_only=True):
    expect: int | UnsetType | None = UNSET
    force: bool | UnsetType = UNSET
    manager: str | UnsetType = UNSET
    manifests: list[ListingManifest]
    prune: str | UnsetType | None = UNSET


PlanState: TypeAlias = Literal["proposed", "agreed", "declined", "withdrawn", "lapsed"]


class PlannedPart(Model, frozen=True, kw_only=True):
    files: list[str]
    from_day: dt.date
    weight: int


class PlannedPartView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    files: list[str]
    from_day: dt.date
    weight: int


class PolicyRef(Model, frozen=True, kw_only=True):
    kind: str
    sha256: str
    version: str


class PolicyUsed(Model, frozen=True, kw_only=True):
    kind: str
    sha256: str
    version: str


class PoolInputs(Model, frozen=True, kw_only=True):
    confidence: Literal["0.90", "0.95", "0.99"]
    cost: Parameter
    currency: str
    overlap: Parameter
    parties: dict[str, dict[str, Parameter]]
    samples: Literal["500", "1000", "2000"]
    seed: str


class PortfolioAppraisalView(Model, frozen=True, kw_only=True):
    appraisal: dict[str, Any]
    document_sha256: str
    same: bool


class PortfolioAsset(Model, frozen=True, kw_only=True):
    asset_id: str
    group: str | UnsetType = UNSET
    upstream: dict[str, str] | UnsetType = UNSET


class PortfolioItemView(Model, frozen=True, kw_only=True):
    appraisal_id: str | None
    asset_id: str
    document_sha256: str | None
    faults: list[dict[str, Any]]
    group: str
    high: MoneyView | None
    inputs_sha256: str | None
    low: MoneyView | None
    number: int
    upstream: dict[str, str]
    value: MoneyView | None


class PortfolioItemViewPage(Model, frozen=True, kw_only=True):
    items: list[PortfolioItemView]
    next: str | None


class PortfolioRunView(Model, frozen=True, kw_only=True):
    actions: list[str]
    asked_assets: int
    base_date: dt.date
    created_at: dt.datetime
    currency: str
    done_assets: int
    faulty_assets: int
    id: str
    name: str
    previous_id: str | None
    problem: Text | None
    result: dict[str, Any] | None
    status: str
    status_changed_at: dt.datetime
    value: MoneyView | None
    valuer: str


class PortfolioRunViewPage(Model, frozen=True, kw_only=True):
    items: list[PortfolioRunView]
    next: str | None


PortfolioState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class PostComplaintMessage(Model, frozen=True, kw_only=True):
    attachments: list[str] | UnsetType = UNSET
    text: str


class PostMessage(Model, frozen=True, kw_only=True):
    attachments: list[str] | UnsetType = UNSET
    text: str


class PostingView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    credit: str
    debit: str
    id: str


class PractitionerView(Model, frozen=True, kw_only=True):
    api_key_id: str | None
    created_at: dt.datetime
    ended_at: dt.datetime | None
    firm: str
    id: str
    interests: list[str]
    interests_declared_at: dt.datetime
    member_id: str | None
    name: str
    registration_number: str
    signing_key_id: str


class PractitionerViewPage(Model, frozen=True, kw_only=True):
    items: list[PractitionerView]
    next: str | None


class PrepaidView(Model, frozen=True, kw_only=True):
    available: MoneyView
    balance: MoneyView
    held: MoneyView


class PrepayEntry(Model, frozen=True, kw_only=True):
    party_id: str
    reason: str


class PreviewPrice(Model, frozen=True, kw_only=True):
    begin: dt.date | UnsetType | None = UNSET
    number: int | UnsetType = UNSET
    on_trial: int | UnsetType = UNSET
    price: OneOff | Free | OnRequest | Plan
    quantities: dict[str, int] | UnsetType = UNSET
    revenue: dict[str, Revenue] | UnsetType = UNSET
    uses: dict[str, list[Use]] | UnsetType = UNSET


class PriceBandView(Model, frozen=True, kw_only=True):
    """价格参考区间 · what its price is seen beside"""

    appraised: AppraisedBand
    currency: str
    on: dt.date
    policy: PolicyRef
    price: MoneyView | None
    realised: RealisedBand
    year_price: MoneyView | None


class PriceCapInputs(Model, frozen=True, kw_only=True):
    actual_income: Parameter | UnsetType | None = UNSET
    costs: dict[str, Parameter]
    currency: str
    cycle_years: Parameter
    excess_of_last_cycle: Parameter | UnsetType | None = UNSET
    margin: Parameter
    products: dict[str, CapProduct] | UnsetType = UNSET
    smoothing_years: Parameter | UnsetType | None = UNSET
    subsidies: Parameter
    taxes: Parameter
    treasury_yield: Parameter
    use: str


class PriceFrom(Model, frozen=True, kw_only=True):
    by_use: bool
    en: str
    every: int | None
    least: MoneyView | None
    once: MoneyView | None
    reduced: bool
    unit: str | None
    zh: str


PriceKind: TypeAlias = Literal["one-off", "free", "on-request", "plan"]


class PricePreviewView(Model, frozen=True, kw_only=True):
    cliffs: list[CliffView]
    opening: list[ChargeLineView]
    periods: list[PricedPeriodView]
    sentences: list[PriceSentenceView]
    trial: TrialView | None
    upfront: MoneyView | None
    usage_digest: str


class PriceSentenceView(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class PriceSpreadView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    answer: str | None
    asset_id: str
    created_at: dt.datetime
    decided_by: str | None
    decision_reason: str | None
    due_at: dt.datetime | None
    highest: MoneyView
    id: str
    lowest: MoneyView
    provider: str
    revision_id: str
    spread: str
    status: str
    terms_key: str


class PriceSpreadViewPage(Model, frozen=True, kw_only=True):
    items: list[PriceSpreadView]
    next: str | None


class PricedDealView(Model, frozen=True, kw_only=True):
    buyer: str
    order_id: str
    price: MoneyView
    settled_on: dt.date
    settlement_id: str


class PricedDealViewPage(Model, frozen=True, kw_only=True):
    items: list[PricedDealView]
    next: str | None


class PricedPeriodView(Model, frozen=True, kw_only=True):
    end: dt.datetime
    lines: list[ChargeLineView]
    number: int
    start: dt.datetime
    total: MoneyView


class Problem(Model, frozen=True, kw_only=True):
    code: str
    detail: str
    errors: list[FieldProblem] | UnsetType = UNSET
    instance: str
    rule: RuleCited | UnsetType | None = UNSET
    status: int
    title: str
    type: str


class ProblemView(Model, frozen=True, kw_only=True):
    code: str
    detail: str
    meaning: str
    rule: RuleView | None
    status: int
    title: str


class ProfileView(Model, frozen=True, kw_only=True):
    en: str
    headings: list[str]
    id: str
    zh: str


class ProgramLibrary(Model, frozen=True, kw_only=True):
    name: str
    version: str


class ProgramOfferView(Model, frozen=True, kw_only=True):
    asset_id: str
    created_at: dt.datetime
    id: str
    n: int
    service: ProgramServiceView
    sha256: str
    terms: SetProgramOffer


class ProgramOfferViewPage(Model, frozen=True, kw_only=True):
    items: list[ProgramOfferView]
    next: str | None


class ProgramResultView(Model, frozen=True, kw_only=True):
    name: str
    problem: Text | None
    rows: int | None
    sha256: str | None
    size_bytes: int


ProgramRunState: TypeAlias = Literal[
    "queued", "running", "in_review", "released", "refused", "lapsed", "failed", "cancelled"
]


class ProgramRunView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    asset_id: str
    complained: str | None
    confinement: str | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    exit_code: int | None
    id: str
    limits: dict[str, int]
    milliseconds: int | None
    offer_id: str
    order_id: str
    outcome: str | None
    peak_bytes: int | None
    program: str
    program_sha256: str
    result_names: list[str]
    results: list[ProgramResultView] | None
    results_sha256: str | None
    review_reason: str | None
    reviewed_by: str | None
    revision_id: str
    said: str | None
    started_at: dt.datetime | None
    status: str
    use_id: str | None


class ProgramRunViewPage(Model, frozen=True, kw_only=True):
    items: list[ProgramRunView]
    next: str | None


class ProgramServiceView(Model, frozen=True, kw_only=True):
    available: bool
    confinement: str | None
    libraries: list[ProgramLibrary]
    limits: dict[str, int]
    missing: list[Text]
    probed_at: dt.datetime | None


class Prohibition(Model, frozen=True, kw_only=True):
    actions: list[str] | UnsetType = UNSET
    ends: dt.datetime | UnsetType | None = UNSET
    environments: list[str] | UnsetType = UNSET
    id: str
    purposes: list[str] | UnsetType = UNSET
    recipients: list[str] | UnsetType = UNSET
    starts: dt.datetime | UnsetType | None = UNSET
    territory: list[str] | UnsetType = UNSET


class PromiseQuality(Model, frozen=True, kw_only=True):
    follow: Literal["contract", "asset"] | UnsetType = UNSET
    minimum_score: str | UnsetType | None = UNSET
    rescoring: bool | UnsetType = UNSET


class ProposeAmendment(Model, frozen=True, kw_only=True):
    effective_at: dt.datetime | UnsetType | None = UNSET
    reason: str
    terms: Terms


class ProposeBatch(Model, frozen=True, kw_only=True):
    bank_account_id: str | UnsetType | None = UNSET
    channel: Literal["bank", "stripe"] | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    execution_on: dt.date | UnsetType | None = UNSET
    payout_ids: list[str] | UnsetType = UNSET


class ProposeCorrection(Model, frozen=True, kw_only=True):
    booked_on: dt.date | UnsetType | None = UNSET
    entry_id: str
    legs: list[CorrectionLeg] | UnsetType = UNSET
    reason: str


class ProposeDeliveryPlan(Model, frozen=True, kw_only=True):
    parts: list[PlannedPart]
    reason: str


class ProposeEngagement(Model, frozen=True, kw_only=True):
    asset_id: str
    base_date: dt.date
    fee: Fee
    firm: str
    intended_users: list[str]
    purpose: str
    scope: str
    statutory: bool | UnsetType = UNSET
    supersedes: str | UnsetType | None = UNSET
    value_type: Literal["market-value", "value-in-use", "investment-value", "liquidation-value"]


class ProposeNegotiation(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime | UnsetType | None = UNSET
    note: str | UnsetType = UNSET
    odrl_terms: OdrlTerms | UnsetType | None = UNSET
    terms: Terms | UnsetType | None = UNSET
    withdrawable: bool | UnsetType = UNSET


class ProposeRemedy(Model, frozen=True, kw_only=True):
    amount: MoneyView | UnsetType | None = UNSET
    remedy: Literal["refund", "price-reduction", "redelivery", "refusal"]
    statement: str


class ProposeWriteOff(Model, frozen=True, kw_only=True):
    amount: MoneyView
    party_id: str
    reason: str


class ProposedDescription(Model, frozen=True, kw_only=True):
    covers_from: dt.date | UnsetType | None = UNSET
    covers_until: dt.date | UnsetType | None = UNSET
    industry: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    overview: str | UnsetType | None = UNSET
    records: int | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET
    region_level: Literal["international", "national", "province", "city", "county", "below"] | UnsetType | None = UNSET
    structure: Literal["structured", "semi-structured", "unstructured"] | UnsetType | None = UNSET


class ProviderView(Model, frozen=True, kw_only=True):
    id: str
    name: str
    uscc: str


PublicationState: TypeAlias = Literal["queued", "running", "published", "failed"]


class PublicationView(Model, frozen=True, kw_only=True):
    content_sha256: str
    created_at: dt.datetime
    id: str
    problem: RunProblem | None
    revision_id: str
    status: str
    steps_done: int
    steps_total: int


class PublishOffer(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime
    odrl_terms: OdrlTerms | UnsetType | None = UNSET
    seats: int | UnsetType | None = UNSET
    terms: Terms | UnsetType | None = UNSET
    title_en: str
    title_zh: str


class PurchasePaymentsView(Model, frozen=True, kw_only=True):
    cart_id: str
    payments: list[PaymentView]
    total: MoneyView
    transfer_reference: str


Purpose: TypeAlias = Literal["data", "evidence", "contract", "report", "payment"]


class PushObjectView(Model, frozen=True, kw_only=True):
    key: str
    name: str
    parts: int
    parts_done: int
    sha256: str
    size_bytes: int
    verified_at: dt.datetime | None
    written_at: dt.datetime | None


PushState: TypeAlias = Literal["planned", "uploading", "verifying", "done", "failed", "revoked", "cancelled"]


PushTargetState: TypeAlias = Literal["checking", "ready", "refused", "removed"]


class PushTargetView(Model, frozen=True, kw_only=True):
    access_key_id: str
    addressing: str
    agreement_id: str
    allowed_actions: list[str]
    bucket: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    endpoint: str
    follows: bool
    id: str
    order_id: str
    place: str | None
    prefix: str
    problem: RunProblem | None
    region: str
    status: str


class PushTargetViewPage(Model, frozen=True, kw_only=True):
    items: list[PushTargetView]
    next: str | None


class PushView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    attempts: int
    created_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    id: str
    manifest_key: str
    manifest_sha256: str | None
    next_attempt_at: dt.datetime | None
    objects: list[PushObjectView]
    order_id: str
    problem: RunProblem | None
    release_id: str | None
    revision_id: str
    started_at: dt.datetime | None
    status: str
    target_id: str


class PushViewPage(Model, frozen=True, kw_only=True):
    items: list[PushView]
    next: str | None


class PutLine(Model, frozen=True, kw_only=True):
    listing_id: str
    purpose: str
    use_case: str | UnsetType = UNSET


class QualityRunView(Model, frozen=True, kw_only=True):
    actions: list[str]
    asset_id: str
    contract: ContractView
    created_at: dt.datetime
    grade: str | None
    id: str
    partial: bool
    problem: RunProblem | None
    progress: RunProgressView | None
    revision_id: str
    score: str | None
    scorecard_id: str | None
    scored_by: str
    status: str
    status_changed_at: dt.datetime


class QualityRunViewPage(Model, frozen=True, kw_only=True):
    items: list[QualityRunView]
    next: str | None


class QualityView(Model, frozen=True, kw_only=True):
    grade: str
    score: str


class QualityWatchView(Model, frozen=True, kw_only=True):
    asset_id: str
    cycle_seconds: int | None
    follow: str
    last_revision_at: dt.datetime | None
    minimum_score: str | None
    missed: int
    next_due_at: dt.datetime | None
    overdue_since: dt.datetime | None
    rescoring: bool
    score: str | None
    scorecard_id: str | None
    standing: str
    updated_at: dt.datetime
    words: Text


class QueryColumn(Model, frozen=True, kw_only=True):
    name: str
    type: str


class QueryTableView(Model, frozen=True, kw_only=True):
    available_at: dt.datetime
    columns: list[QueryColumn]
    key: list[str]
    name: str
    revision_id: str
    rows: int
    version: int
    versions: list[int]


class QueryTableViewPage(Model, frozen=True, kw_only=True):
    items: list[QueryTableView]
    next: str | None


class QuestionView(Model, frozen=True, kw_only=True):
    basis: str
    code: str
    development: bool
    text: Text


QuotationState: TypeAlias = Literal["draft", "open", "closed", "awarded", "none", "cancelled"]


class QuotationView(Model, frozen=True, kw_only=True):
    addressed: list[str] | None
    allowed_actions: list[str]
    award_due_at: dt.datetime | None
    awarded_quote_id: str | None
    buyer: str
    closes_at: dt.datetime
    created_at: dt.datetime
    due_at: dt.datetime | None
    end_reason: str | None
    id: str
    opened_at: dt.datetime | None
    quote_count: int | None
    sealed: bool
    status: str
    want: Want


class QuotationViewPage(Model, frozen=True, kw_only=True):
    items: list[QuotationView]
    next: str | None


QuoteState: TypeAlias = Literal["submitted", "revised", "withdrawn", "awarded", "lost"]


class QuoteView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    end_reason: str | None
    id: str
    listing_id: str
    note: str
    order_id: str | None
    provider: str
    request_id: str
    status: str
    submitted_at: dt.datetime
    terms: Terms
    terms_digest: str
    versions: int


class QuoteViewPage(Model, frozen=True, kw_only=True):
    items: list[QuoteView]
    next: str | None


class RaiseObjection(Model, frozen=True, kw_only=True):
    evidence: list[str]
    statement: str


RateState: TypeAlias = Literal["proposed", "confirmed", "refused", "lapsed"]


class RateTotalView(Model, frozen=True, kw_only=True):
    net: MoneyView
    rate: str
    tax: MoneyView


class RateView(Model, frozen=True, kw_only=True):
    base: str
    corrects: str | None
    dated: dt.date
    decided_at: dt.datetime | None
    decision_reason: str | None
    due_at: dt.datetime
    entered_at: dt.datetime
    id: str
    quote: str
    rate: str
    source: str
    status: str


class RateViewPage(Model, frozen=True, kw_only=True):
    items: list[RateView]
    next: str | None


class RatingFormulaView(Model, frozen=True, kw_only=True):
    formula_en: str
    formula_zh: str
    mean: str
    mean_n: int
    mean_since: dt.date | None
    policy: PolicyRef
    rule: str
    weight: int
    z: str


class RatingStanding(Model, frozen=True, kw_only=True):
    as_described: str | None
    n: int
    score: str | None


class RatingView(Model, frozen=True, kw_only=True):
    answer: str | None
    answered_at: dt.datetime | None
    as_described: bool
    created_at: dt.datetime
    edited_at: dt.datetime | None
    id: str
    listing_id: str
    provider: str
    stars: int
    text: str
    withdrawn_reason: str | None


class RatingsPage(Model, frozen=True, kw_only=True):
    items: list[RatingView]
    next: str | None
    standing: RatingStanding


class RealisedBand(Model, frozen=True, kw_only=True):
    """已成交区间 · the band of realised trades"""

    counts: dict[str, int]
    en: str
    figures: BandFigures | None
    nearness: str | None
    zh: str


Reason: TypeAlias = Literal[
    "agreed",
    "prorated",
    "used",
    "not-used",
    "included",
    "on-trial",
    "reduced",
    "capped",
    "below-minimum",
    "above-maximum",
    "declared",
    "guaranteed",
    "audited",
    "not-declared",
    "audit-difference",
    "audit-cost",
    "adjusted",
    "unused",
    "upgraded",
]


class ReceivedFile(Model, frozen=True, kw_only=True):
    name: str
    sha256: str


class RecordGrant(Model, frozen=True, kw_only=True):
    consents: list[str] | UnsetType = UNSET
    grant: MakeGrant
    grantor_id: str


class RecordLicence(Model, frozen=True, kw_only=True):
    evidence: list[PieceOfEvidence]
    licensee_id: str
    notice_waiver: str | UnsetType | None = UNSET
    reason: str
    type: Literal["licence"]


class RecordParent(Model, frozen=True, kw_only=True):
    basis: str
    kind: Literal["derived-from", "product-of"]
    parent_asset_id: str


class RecordPermittedIncome(Model, frozen=True, kw_only=True):
    assets: list[str]
    begins_on: dt.date
    decision: str
    inputs: PriceCapInputs
    party_id: str


class RecordUse(Model, frozen=True, kw_only=True):
    description: str
    ended_at: dt.datetime
    environment: str
    result_sha256: str
    rows: int | UnsetType | None = UNSET
    started_at: dt.datetime


class RecordedBid(Model, frozen=True, kw_only=True):
    amount: str
    at: str
    bidder: str
    currency: str
    seq: str


class RecordedCommitment(Model, frozen=True, kw_only=True):
    amount: str | None
    bidder: str
    committed_at: str
    digest: str
    nonce: str | None
    party: str | UnsetType | None = UNSET
    public_key: str | UnsetType | None = UNSET
    revealed_at: str | None
    signature: str | UnsetType | None = UNSET


class RecordedReserve(Model, frozen=True, kw_only=True):
    amount: str | None
    nonce: str


class RecordedStep(Model, frozen=True, kw_only=True):
    from_price: str
    step: str


class RecordedTie(Model, frozen=True, kw_only=True):
    linked: list[str]
    of_seller: bool


class Recurring(Model, frozen=True, kw_only=True, tag_field="kind", tag="recurring"):
    amount: str
    anchor_day: int | UnsetType | None = UNSET
    every: int | UnsetType = UNSET
    in_advance: bool | UnsetType = UNSET
    name: str
    unit: str | UnsetType = UNSET


class RedSlipView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    code: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    entered_by: str
    id: str
    number: str
    status: str


class RedeemInvitation(Model, frozen=True, kw_only=True):
    invitation: str


class RedeliverComplaint(Model, frozen=True, kw_only=True):
    revision_id: str
    statement: str | UnsetType = UNSET


RedeliveryState: TypeAlias = Literal["asked", "required", "delivered", "declined", "unanswered", "missed", "called_off"]


class RedeliveryView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    answer: str | None
    because: str | None
    buyer: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    id: str
    n: int
    order_id: str
    part_id: str | None
    provider: str
    reason: str
    revision_id: str | None
    status: str


class RedeliveryViewPage(Model, frozen=True, kw_only=True):
    items: list[RedeliveryView]
    next: str | None


class RedirectShare(Model, frozen=True, kw_only=True):
    basis: str
    party_id: str


class ReferObjection(Model, frozen=True, kw_only=True):
    forum: Literal["arbitration", "court"]
    reference: str


class Reference(Model, frozen=True, kw_only=True):
    spdx: str | UnsetType | None = UNSET
    title: str
    url: str


class RefundOrder(Model, frozen=True, kw_only=True):
    reason: str


RefundState: TypeAlias = Literal["proposed", "refused", "lapsed", "begun", "sent", "succeeded", "failed"]


class RefundView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    attempts: int
    bank_reference: str | None
    because: str | None
    buyer: str
    created_at: dt.datetime
    decision_reason: str | None
    due_at: dt.datetime | None
    failure: str | None
    gateway_reference: str | None
    id: str
    method: str
    payment_id: str | None
    provider: str | None
    reason: str
    sent_on: dt.date | None
    status: str
    subject: str
    subject_id: str


class RefundViewPage(Model, frozen=True, kw_only=True):
    items: list[RefundView]
    next: str | None


class RefuseBatch(Model, frozen=True, kw_only=True):
    reason: str


class RefuseDestruction(Model, frozen=True, kw_only=True):
    reason: str


class RefuseSuccession(Model, frozen=True, kw_only=True):
    reason: str


class RefuteDeletion(Model, frozen=True, kw_only=True):
    evidence_sha256: str
    reason: str


class RegisterBidder(Model, frozen=True, kw_only=True):
    purpose: str
    use_case: str | UnsetType = UNSET


class RegisterFapiao(Model, frozen=True, kw_only=True):
    fapiao_number: str
    registered_on: dt.date


class RegisterInterface(Model, frozen=True, kw_only=True):
    base_url: str
    credential: UpstreamCredential | UnsetType | None = UNSET
    document: str
    tests_per_day: int | UnsetType = UNSET


class RegisterPractitioner(Model, frozen=True, kw_only=True):
    api_key_id: str | UnsetType | None = UNSET
    interests: list[str] | UnsetType = UNSET
    member_id: str | UnsetType | None = UNSET
    name: str
    proof: str
    registration_number: str
    signing_key_id: str


class RegisterPublicResource(Model, frozen=True, kw_only=True):
    agreement_until: dt.date | UnsetType | None = UNSET
    evidence: list[PieceOfEvidence]
    notice_waiver: str | UnsetType | None = UNSET
    provided_on: dt.date | UnsetType | None = UNSET
    public_sources: list[str] | UnsetType = UNSET
    restrictions: str | UnsetType = UNSET
    revision_id: str


class RegisterRed(Model, frozen=True, kw_only=True):
    fapiao_number: str
    registered_on: dt.date
    slip_number: str


class RegisterSigningKey(Model, frozen=True, kw_only=True):
    proof: str
    public_key: str


class RegisterView(Model, frozen=True, kw_only=True):
    asset_id: str
    certificates: list[CertificateThen]
    head: HeadThen | None
    known_at: dt.datetime
    objections: list[ObjectionThen]
    registrations: list[CaseThen]
    remarks: list[RemarkThen]
    titles: list[TitleThen]
    valid_on: dt.date


class RegisteredReport(Model, frozen=True, kw_only=True):
    asset_id: str
    asset_name: str
    base_date: dt.date
    document_sha256: str
    firm: str
    issued_at: dt.datetime
    label: str
    number: str
    status: str
    status_changed_at: dt.datetime
    superseded_by: str | None
    use_until: dt.date
    value_type: str
    valuers: list[dict[str, str]]


class RegisteredReportPage(Model, frozen=True, kw_only=True):
    items: list[RegisteredReport]
    next: str | None


RegistrationState: TypeAlias = Literal[
    "submitted",
    "pending",
    "returned",
    "accepted",
    "supplementing",
    "reviewed",
    "noticed",
    "objected",
    "certified",
    "entered",
    "rejected",
    "refused",
    "withdrawn",
]


class RegistrationView(Model, frozen=True, kw_only=True):
    acceptance_due: DeadlineView
    accepted_on: dt.date | None
    agreement_until: dt.date | None
    allowed_actions: list[str]
    applicant: dict[str, Any] | None
    applicant_name: str
    asset_id: str
    asset_name: str
    case_due: DeadlineView | None
    certificate_id: str | None
    certificate_number: str | None
    checklist: dict[str, bool] | None
    content_sha256: str
    counterparty_id: str | None
    created_at: dt.datetime
    decision_reason: str | None
    due_on: dt.date | None
    effects: list[Effect]
    evidence: list[EvidenceView]
    extended_on: dt.date | None
    extension_reason: str | None
    filing_due: DeadlineView | None
    ground: str | None
    grounds: list[str]
    id: str
    notice_from: dt.date | None
    notice_held: bool
    notice_until: DeadlineView | None
    open_objections: list[str]
    outside_sources: list[dict[str, Any]]
    overdue: bool
    party_id: str
    policies: list[PolicyUsed]
    proposed: dict[str, Any]
    public_basis: str | None
    public_data: bool
    public_sources: list[str]
    reason: str | None
    regime: str
    restrictions: str
    revision_id: str
    rights: list[str]
    scope: dict[str, Any] | None
    screening: ScreeningView | None
    source_kind: str
    status: str
    status_changed_at: dt.datetime
    stops: list[StopView]
    subject_certificate_id: str | None
    submitted_on: dt.date
    title_basis: str
    type: str
    waiver_reason: str | None


class ReissueKey(Model, frozen=True, kw_only=True):
    reason: str


class RejectMandateOrder(Model, frozen=True, kw_only=True):
    reason: str


class RelationView(Model, frozen=True, kw_only=True):
    code: str
    words: Text


class RelativeView(Model, frozen=True, kw_only=True):
    kind: str
    listing_id: str
    provider: ProviderView
    steps: int
    title_en: str
    title_zh: str


class ReleaseRemark(Model, frozen=True, kw_only=True):
    basis: str


class ReleaseView(Model, frozen=True, kw_only=True):
    action: str
    agreement_id: str
    at: dt.datetime
    calls: int
    environment: str | None
    id: str
    party_id: str | None
    place: str | None
    purpose: str | None
    revision_id: str | None
    rows: int | None
    rule: str
    seconds: int


class ReleaseViewPage(Model, frozen=True, kw_only=True):
    items: list[ReleaseView]
    next: str | None


class Remark(Model, frozen=True, kw_only=True):
    pointer: str | UnsetType | None = UNSET
    text: str


RemarkState: TypeAlias = Literal["entered", "released"]


class RemarkThen(Model, frozen=True, kw_only=True):
    entries: list[EntryRef]
    id: str
    kind: str
    state: str


class RemarkView(Model, frozen=True, kw_only=True):
    asset_id: str
    basis: str
    beneficiary_id: str | None
    blocks: list[str]
    condition: dict[str, Any] | None
    created_at: dt.datetime
    id: str
    kind: str
    label: dict[str, str]
    priority: int | None
    status: str
    until: dt.date | None


class RemedyView(Model, frozen=True, kw_only=True):
    amount: MoneyView | None
    kind: str


RenewalState: TypeAlias = Literal["offered", "accepted", "declined", "withdrawn", "expired"]


class RenewalView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    consumer: str
    created_at: dt.datetime
    end_reason: str | None
    ends_on: dt.date
    expires_at: dt.datetime
    id: str
    order_id: str | None
    price_change: str
    provider: str
    starts_on: dt.date
    status: str
    terms: Terms
    terms_digest: str


class RenewalViewPage(Model, frozen=True, kw_only=True):
    items: list[RenewalView]
    next: str | None


class ReportUses(Model, frozen=True, kw_only=True):
    events: list[ReportedUse]
    hold: bool | UnsetType = UNSET


class ReportedUse(Model, frozen=True, kw_only=True):
    corrects: str | UnsetType | None = UNSET
    event_id: str
    meter: str
    occurred_at: dt.datetime
    quantity: int
    subject: str | UnsetType | None = UNSET
    subscription_id: str


class ReportedView(Model, frozen=True, kw_only=True):
    results: list[UseResult]


class RequestDestruction(Model, frozen=True, kw_only=True):
    reason: str
    revision_ids: list[str] | UnsetType = UNSET


class RequestInvoice(Model, frozen=True, kw_only=True):
    form: Literal["special", "general", "commercial"] | UnsetType = UNSET
    kind: Literal["sale", "fee", "share"] | UnsetType = UNSET
    remark: str | UnsetType = UNSET
    subjects: list[str]


class RequestNegotiation(Model, frozen=True, kw_only=True):
    expires_at: dt.datetime | UnsetType | None = UNSET
    note: str | UnsetType = UNSET
    odrl_terms: OdrlTerms | UnsetType | None = UNSET
    offer_id: str | UnsetType | None = UNSET
    purpose: str | UnsetType | None = UNSET
    terms: Terms | UnsetType | None = UNSET
    use_case: str | UnsetType = UNSET
    withdrawable: bool | UnsetType = UNSET


RequestState: TypeAlias = Literal["asked", "answered", "waived"]


class RequestSupplement(Model, frozen=True, kw_only=True):
    kinds: list[
        Literal[
            "identity-proof",
            "rights-statement",
            "data-sample",
            "collection-record",
            "acquisition-contract",
            "crawl-compliance",
            "upstream-authorisation",
            "processing-description",
            "co-party-consent",
            "non-substitution",
            "transfer-contract",
            "change-description",
            "holder-consent",
            "error-proof",
            "cancellation-statement",
            "licence-contract",
            "lawful-source",
            "resource-description",
            "evidence-storage",
            "use-scenarios",
            "security-risk-assessment",
            "other",
        ]
    ]
    reason: str


class RequestView(Model, frozen=True, kw_only=True):
    answer: str | None
    answered_at: dt.datetime | None
    created_at: dt.datetime
    due_on: dt.date
    engagement_id: str
    files: list[dict[str, Any]]
    id: str
    overdue: bool
    reason: str | None
    status: str
    subject: str


class RequestViewPage(Model, frozen=True, kw_only=True):
    items: list[RequestView]
    next: str | None


class ResendRefund(Model, frozen=True, kw_only=True):
    method: Literal["bank_transfer", "prepaid"]
    reason: str


class ReserveView(Model, frozen=True, kw_only=True):
    amount: MoneyView | None
    nonce: str


class ResetPassword(Model, frozen=True, kw_only=True):
    clears_factors: bool | UnsetType = UNSET


class RespondToObjection(Model, frozen=True, kw_only=True):
    evidence: list[str] | UnsetType = UNSET
    statement: str


class RestrictionScope(Model, frozen=True, kw_only=True):
    environment: str | UnsetType = UNSET
    environments: list[str] | UnsetType | None = UNSET
    export: Literal["allowed", "after-assessment", "forbidden"] | UnsetType | None = UNSET
    purposes: list[str] | UnsetType | None = UNSET
    qualification: str | UnsetType = UNSET
    recipients: str | UnsetType = UNSET
    region: str | UnsetType = UNSET
    resale: Literal["allowed", "with-consent", "forbidden"] | UnsetType | None = UNSET
    territory: list[str] | UnsetType | None = UNSET


class ResumeAgreement(Model, frozen=True, kw_only=True):
    reason: str


class ReturnDeposit(Model, frozen=True, kw_only=True):
    bank_reference: str


class ReturnEntry(Model, frozen=True, kw_only=True):
    reason: str


class RevaluationView(Model, frozen=True, kw_only=True):
    appraisal_id: str | None
    causes: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    created_at: dt.datetime
    engagement_id: str
    faults: list[dict[str, Any]]
    id: str
    outcome: str
    previous_id: str


class RevaluationViewPage(Model, frozen=True, kw_only=True):
    items: list[RevaluationView]
    next: str | None


class RevealBid(Model, frozen=True, kw_only=True):
    amount: MoneyView
    nonce: str


class Revenue(Model, frozen=True, kw_only=True):
    audited: str | UnsetType | None = UNSET
    declared: str | UnsetType | None = UNSET


class RevenueShare(Model, frozen=True, kw_only=True, tag_field="kind", tag="revenue-share"):
    audit_tolerance: str | UnsetType = UNSET
    every: int | UnsetType = UNSET
    guarantee: str | UnsetType = UNSET
    name: str
    rate: str
    report_due_days: int | UnsetType = UNSET
    unit: str | UnsetType = UNSET


class ReviewListing(Model, frozen=True, kw_only=True):
    decision: Literal["approve", "reject"]
    reason: str


class ReviewProgram(Model, frozen=True, kw_only=True):
    reason: str


class ReviewRegistration(Model, frozen=True, kw_only=True):
    checklist: Checklist
    decision: Literal["approve", "refuse"]
    grounds: (
        list[
            Literal[
                "not-registrable",
                "materials-incomplete",
                "harms-security-or-interests",
                "illegal-source",
                "unresolved-dispute",
                "concealment-or-false-proof",
                "other-law",
            ]
        ]
        | UnsetType
    ) = UNSET
    reason: str
    waive_notice: bool | UnsetType = UNSET


class ReviewRun(Model, frozen=True, kw_only=True):
    reason: str


class RevisionCheck(Model, frozen=True, kw_only=True):
    certificate_number: str
    effects: list[Effect]
    faults: list[ScopeFault]
    revision_id: str
    route: str


class RevisionFileView(Model, frozen=True, kw_only=True):
    file_id: str
    name: str
    sha256: str
    size_bytes: int


class RevisionView(Model, frozen=True, kw_only=True):
    asset_id: str
    content_sha256: str
    created_at: dt.datetime
    files: list[RevisionFileView]
    id: str
    number: int


class RevisionViewPage(Model, frozen=True, kw_only=True):
    items: list[RevisionView]
    next: str | None


class RevokeMandate(Model, frozen=True, kw_only=True):
    reason: str


Right: TypeAlias = Literal["HOLD", "USE", "OPERATE"]


RightsAct: TypeAlias = Literal["exercise", "grant", "transfer", "secure"]


class RotationView(Model, frozen=True, kw_only=True):
    previous_valid_until: dt.datetime
    secret: str | None
    webhook: WebhookView


RoundKind: TypeAlias = Literal["request", "offer"]


class RoundView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    by: str
    expires_at: dt.datetime | None
    kind: str
    n: int
    note: str
    terms: Terms
    terms_digest: str
    withdrawable: bool


class RoundsDifference(Model, frozen=True, kw_only=True):
    changes: list[Difference]
    negotiation_id: str
    new_round: int
    old_round: int


class RowQuery(Model, frozen=True, kw_only=True):
    cursor: str | UnsetType | None = UNSET
    filter: Condition | UnsetType | None = UNSET
    limit: int | UnsetType = UNSET
    select: list[str] | UnsetType = UNSET
    version: int | UnsetType | None = UNSET


class RowsView(Model, frozen=True, kw_only=True):
    next: str | None
    revision_id: str
    rows: list[dict[str, Any]]
    table: str
    version: int


class RoyaltyTerms(Model, frozen=True, kw_only=True):
    of: Literal["share", "proceeds"] | UnsetType = UNSET
    rate: str


class RuleBody(Model, frozen=True, kw_only=True):
    approvers: list[Seat] | UnsetType = UNSET
    bands: list[Band]
    delegations: list[Delegation] | UnsetType = UNSET


class RuleCited(Model, frozen=True, kw_only=True):
    basis: str
    id: str
    text: str


class RuleView(Model, frozen=True, kw_only=True):
    basis: str
    basis_text: Text
    confidence: str
    en: str
    id: str
    zh: str


class RulebookView(Model, frozen=True, kw_only=True):
    rules: list[RuleView]
    sources: list[PolicyRef]


class Run(Model, frozen=True, kw_only=True):
    mark: str
    text: str


class RunJointTemplate(Model, frozen=True, kw_only=True):
    a_revision_id: str | UnsetType | None = UNSET
    b_revision_id: str | UnsetType | None = UNSET
    parameters: dict[str, str | int | bool]
    place: str | UnsetType | None = UNSET
    template: str


class RunProblem(Model, frozen=True, kw_only=True):
    code: str
    detail: Text
    title: Text


class RunProgressView(Model, frozen=True, kw_only=True):
    name: Text
    objects_done: list[str]
    restarts: int
    rows: int
    step: int
    steps: int
    updated_at: dt.datetime


RunState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class RunTemplate(Model, frozen=True, kw_only=True):
    parameters: dict[str, str | int | bool]
    place: str | UnsetType | None = UNSET
    revision_id: str | UnsetType | None = UNSET
    template_id: str


class RunView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    answer: dict[str, Any] | None
    answer_sha256: str | None
    asset_id: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    id: str
    kind: str
    micro_epsilon: int
    offer_id: str | None
    order_id: str
    parameters: dict[str, str | int | bool] | None
    pico_delta: int
    review_reason: str | None
    reviewed_by: str | None
    revision_id: str
    sql: str | None
    started_at: dt.datetime | None
    status: str
    template_id: str | None
    use_id: str | None


class RunViewPage(Model, frozen=True, kw_only=True):
    items: list[RunView]
    next: str | None


class SampleView(Model, frozen=True, kw_only=True):
    fault: str | None
    file: str
    milliseconds: int
    number: int
    ok: bool
    read_bytes: int
    taken_at: dt.datetime


class SaveSearch(Model, frozen=True, kw_only=True):
    name: str
    notify: Notify | UnsetType = UNSET
    query: SearchQueryBody


class SavedSearchView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    id: str
    name: str
    notify: str
    query: SearchQueryBody
    tell_at: dt.datetime | None


class SavedSearchViewPage(Model, frozen=True, kw_only=True):
    items: list[SavedSearchView]
    next: str | None


class ScopeFault(Model, frozen=True, kw_only=True):
    en: str
    pointer: str
    rule: str
    zh: str


class ScoreRevision(Model, frozen=True, kw_only=True):
    contract: dict[str, Any] | str


class ScorecardSummary(Model, frozen=True, kw_only=True):
    asset_id: str
    document_id: str
    freshness_at: dt.datetime | None
    grade: str
    id: str
    provider: str
    revision_id: str
    row_count: int
    run_id: str
    score: str
    scored_at: dt.datetime
    scored_by: str


class ScorecardSummaryPage(Model, frozen=True, kw_only=True):
    items: list[ScorecardSummary]
    next: str | None


class ScorecardView(Model, frozen=True, kw_only=True):
    asset_id: str
    content_sha256: str
    document_id: str
    id: str
    masked: bool
    revision_id: str
    run_id: str
    scorecard: dict[str, Any]
    scored_at: dt.datetime
    scored_by: str


class ScreeningView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    claims_found: int
    policy: PolicyUsed


class SearchHitView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    listing: ListingSummary
    reason: str


class SearchHitViewPage(Model, frozen=True, kw_only=True):
    items: list[SearchHitView]
    next: str | None


class SearchPage(Model, frozen=True, kw_only=True):
    capped: bool
    items: list[ListingSummary]
    next: str | None
    relaxed: bool


class SearchQueryBody(Model, frozen=True, kw_only=True):
    delivery: list[str] | UnsetType = UNSET
    freshness: list[str] | UnsetType = UNSET
    grade: list[str] | UnsetType = UNSET
    price_kind: list[str] | UnsetType = UNSET
    price_max: MoneyView | UnsetType | None = UNSET
    provider: list[str] | UnsetType = UNSET
    score_min: str | UnsetType | None = UNSET
    sector: list[str] | UnsetType = UNSET
    territory: list[str] | UnsetType = UNSET
    tested: list[str] | UnsetType = UNSET
    theme: list[str] | UnsetType = UNSET
    words: str | UnsetType = UNSET


class Seat(Model, frozen=True, kw_only=True):
    key_id: str
    name: str


class SectionMissing(Model, frozen=True, kw_only=True):
    detail: Text
    pointer: str


class Segment(Model, frozen=True, kw_only=True):
    assets: int
    bias: float
    compared: int
    covered: float
    deals: int
    error: float
    error_high: float | None
    error_low: float | None
    field_median_error: float | None
    global_median_error: float | None
    segment: str


Seller: TypeAlias = Literal["agent", "principal"]


class SensitivityView(Model, frozen=True, kw_only=True):
    column_driver: str | None
    columns: list[str]
    one_way: list[OneWayView]
    parameters: list[ParameterView]
    rows: list[str]
    table: list[list[str | None]]
    tornado: list[SwingView]
    value: MoneyView
    years: list[YearsView]


class SentView(Model, frozen=True, kw_only=True):
    attempts: int
    kind: str
    last_failure: str | None
    last_status: int | None
    message_id: str
    next_attempt_at: dt.datetime | None


class SentenceView(Model, frozen=True, kw_only=True):
    id: str
    text: Text
    values: list[str]


class ServiceLevels(Model, frozen=True, kw_only=True):
    add_up: bool | UnsetType = UNSET
    answer_hours_max: int | UnsetType | None = UNSET
    availability_basis_points: int | UnsetType | None = UNSET
    credit_cap: str | UnsetType = UNSET
    objectives: list[ServiceObjective] | UnsetType = UNSET
    quality_score_min: int | UnsetType | None = UNSET
    update_days_max: int | UnsetType | None = UNSET


ServiceMeasure: TypeAlias = Literal["freshness", "check", "availability", "response"]


class ServiceObjective(Model, frozen=True, kw_only=True):
    check: str | UnsetType | None = UNSET
    cure_hours: int | UnsetType = UNSET
    due_days: int | UnsetType | None = UNSET
    id: str
    levels: list[CreditLevel]
    measure: str
    millis_max: int | UnsetType | None = UNSET
    pass_min: str | UnsetType | None = UNSET
    window: str


class ServiceOutageView(Model, frozen=True, kw_only=True):
    announced_at: dt.datetime
    ends_at: dt.datetime
    id: str
    kind: str
    listing_id: str | None
    reason: str
    starts_at: dt.datetime


class ServiceOutageViewPage(Model, frozen=True, kw_only=True):
    items: list[ServiceOutageView]
    next: str | None


class ServiceRecordLine(Model, frozen=True, kw_only=True):
    breached: int
    measure: str
    met: int
    not_assessed: int
    windows: int


class ServiceRecordView(Model, frozen=True, kw_only=True):
    lines: list[ServiceRecordLine]
    listing_id: str


class ServiceWindowView(Model, frozen=True, kw_only=True):
    agreement_id: str
    attained: str | None
    closed_at: dt.datetime | None
    closes_at: dt.datetime
    credit: MoneyView
    cured: int
    ends_on: dt.date
    fee: MoneyView
    good: int
    id: str
    ledger_entry_id: str | None
    left_out: int
    measure: str
    objective: str
    owed: MoneyView
    rate: str | None
    starts_on: dt.date
    status: str
    total: int


class ServiceWindowViewPage(Model, frozen=True, kw_only=True):
    items: list[ServiceWindowView]
    next: str | None


class SessionView(Model, frozen=True, kw_only=True):
    address: str
    agent: str
    created_at: dt.datetime
    expires_at: dt.datetime
    id: str
    member_id: str
    seen_at: dt.datetime
    strength: str


class SessionViewPage(Model, frozen=True, kw_only=True):
    items: list[SessionView]
    next: str | None


class SetApprovalRule(Model, frozen=True, kw_only=True):
    reason: str
    rule: RuleBody


class SetCollection(Model, frozen=True, kw_only=True):
    collection: Literal["invoice", "prepaid"]
    spend_limit: MoneyView | UnsetType | None = UNSET


class SetInvoiceDetails(Model, frozen=True, kw_only=True):
    address: str | UnsetType | None = UNSET
    bank_account: str | UnsetType | None = UNSET
    bank_name: str | UnsetType | None = UNSET
    country: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    tax_number: str
    taxpayer: Taxpayer
    title: str
    vat_id: str | UnsetType | None = UNSET


class SetLegalHold(Model, frozen=True, kw_only=True):
    basis: str
    until: dt.date


class SetOffer(Model, frozen=True, kw_only=True):
    dimensions: list[OfferedDimension]
    file: str
    groups_per_unit: int
    measures: list[OfferedMeasure]
    micro_epsilon_per_agreement: int
    micro_epsilon_per_product: int
    micro_epsilon_per_query: int
    pico_delta_per_query: int
    rows_max: int
    rows_per_unit: int
    unit: str
    units_min: int


class SetProgramOffer(Model, frozen=True, kw_only=True):
    rows_max: int
    runs_max: int


class SetPushTarget(Model, frozen=True, kw_only=True):
    access_key_id: str
    addressing: Literal["path", "virtual"] | UnsetType = UNSET
    bucket: str
    endpoint: str
    follows: bool | UnsetType = UNSET
    place: str | UnsetType | None = UNSET
    prefix: str | UnsetType = UNSET
    region: str
    secret_access_key: str


class SetShares(Model, frozen=True, kw_only=True):
    basis: str
    shares: list[Share]


class SetStanding(Model, frozen=True, kw_only=True):
    standing: list[Standing]


class SettleObjection(Model, frozen=True, kw_only=True):
    outcome: str


class SettlementView(Model, frozen=True, kw_only=True):
    buyer: str
    distribution_id: str | None
    document_id: str
    fee: MoneyView
    gross: MoneyView
    id: str
    ledger_entry_id: str
    lines: list[FeeLineView]
    order_id: str
    others_share: MoneyView
    policy: dict[str, Any]
    provider: str
    provider_share: MoneyView
    settled_at: dt.datetime
    tax: MoneyView


class ShapleyInputs(Model, frozen=True, kw_only=True):
    coalitions: dict[str, str]
    currency: str
    evidence: str
    parties: list[str]
    source: str


class Share(Model, frozen=True, kw_only=True):
    denominator: int
    numerator: int
    party_id: str


class ShareProfile(Model, frozen=True, kw_only=True):
    bearerToken: str | None
    endpoint: str
    expirationTime: dt.datetime
    shareCredentialsVersion: int


class ShareTakenBackView(Model, frozen=True, kw_only=True):
    amount: MoneyView
    kind: str
    n: int
    party_id: str | None


class ShareTakenBackViewPage(Model, frozen=True, kw_only=True):
    items: list[ShareTakenBackView]
    next: str | None


class ShareView(Model, frozen=True, kw_only=True):
    denominator: int
    numerator: int
    party_id: str


class SharedTablesView(Model, frozen=True, kw_only=True):
    order_id: str
    publications: list[PublicationView]
    share: str | None


class SharedVersionView(Model, frozen=True, kw_only=True):
    available_at: dt.datetime
    content_sha256: str
    manifest_sha256: str
    publication_id: str
    revision_id: str
    tables: list[TablePublishedView]
    version: int


class SharedVersionViewPage(Model, frozen=True, kw_only=True):
    items: list[SharedVersionView]
    next: str | None


ShelfState: TypeAlias = Literal["draft", "listed", "delisted"]


Side: TypeAlias = Literal["provider", "consumer", "both", "centre"]


class SignAgreement(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class SignConfirmation(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class SignDataspaceAgreement(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class SignMandate(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class SignReport(Model, frozen=True, kw_only=True):
    draft_id: str
    signature: str
    signing_key_id: str


class SignTest(Model, frozen=True, kw_only=True):
    signature: str
    signing_key_id: str


class SignatureView(Model, frozen=True, kw_only=True):
    id: str
    party: str
    public_key: str
    role: str
    signature: str
    signed_at: dt.datetime
    signing_key_id: str


class SigningKeyView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    id: str
    party_id: str
    public_key: str
    revoked_at: dt.datetime | None


class Simulate(Model, frozen=True, kw_only=True):
    distributions: dict[str, Drawn]
    draws: int | UnsetType = UNSET
    seed: int


class SimulationView(Model, frozen=True, kw_only=True):
    admitted: int
    below_stored: str
    deviation: str
    draws: int
    left_out: list[LeftOutView]
    mean: str
    quantiles: dict[str, str]
    seed: int
    stored: MoneyView


Since: TypeAlias = Literal["first-access", "settlement"]


SlipState: TypeAlias = Literal[
    "unneeded",
    "awaits_buyer",
    "awaits_seller",
    "confirmed",
    "denied_by_buyer",
    "denied_by_seller",
    "lapsed",
    "withdrawn",
    "withdrawn_confirmed",
    "void",
]


SourceKind: TypeAlias = Literal["generated", "agreed", "crawled", "derived"]


class SplitShareView(Model, frozen=True, kw_only=True):
    asset_id: str | None
    fraction: str
    grant_id: str | None
    kind: str
    party: str


class SplitValue(Model, frozen=True, kw_only=True):
    appraisal_id: str
    calculation: CalculateShapley | CalculatePool
    contributors: dict[str, str] | UnsetType = UNSET


class SplitView(Model, frozen=True, kw_only=True):
    appraisal_id: str
    asset_id: str
    bound: str | None
    calculation: dict[str, Any]
    confidence: str | None
    created_at: dt.datetime
    document_id: str
    id: str
    shares: list[ContributionView]
    value: MoneyView


SpreadState: TypeAlias = Literal["asked", "answered", "unanswered", "justified", "referred"]


Stage: TypeAlias = Literal["collect", "transfer", "store", "use", "open", "destroy"]


class StageCost(Model, frozen=True, kw_only=True):
    direct: Parameter | UnsetType | None = UNSET
    early: Parameter | UnsetType | None = UNSET
    indirect: Parameter | UnsetType | None = UNSET
    taxes: Parameter | UnsetType | None = UNSET


class StageView(Model, frozen=True, kw_only=True):
    how: Text | None
    stage: str
    what: Text | None
    who: str | None


Standing: TypeAlias = Literal["accept-public-terms", "verify", "finalize", "start"]


class StartTransfer(Model, frozen=True, kw_only=True):
    data_address: OwnDataAddress | UnsetType | None = UNSET


class StateOccurrence(Model, frozen=True, kw_only=True):
    clause: str
    code: str
    evidence_sha256: str | UnsetType | None = UNSET
    reference: str
    statement: str


class Statement(Model, frozen=True, kw_only=True):
    same_class: bool
    same_source: bool
    same_subject: bool


class StatementLine(Model, frozen=True, kw_only=True):
    amount: MoneyView
    counter_account: str
    entry_id: str
    id: str
    kind: str
    posted_at: dt.datetime
    reference: str
    subject: str


class Statistics(Model, frozen=True, kw_only=True):
    distinct_estimate: int | None
    histogram: list[dict[str, Any]]
    masked: bool
    maximum: Any
    minimum: Any
    nan_count: int
    null_count: int
    quantiles: dict[str, Any]
    sampled_rows: int
    top: list[dict[str, Any]]
    type: str


class StatisticsView(Model, frozen=True, kw_only=True):
    counted_at: dt.datetime
    indicators: list[IndicatorView]
    months: list[MonthlyCounts]
    total: Counts


class StatusReportView(Model, frozen=True, kw_only=True):
    accepted: int
    rejected: int
    settled: int
    unknown: int


class Step(Model, frozen=True, kw_only=True):
    formula: str
    step: str
    value: str


StepKind: TypeAlias = Literal[
    "aggregate",
    "trial",
    "include",
    "price",
    "reduce-rate",
    "reduce-amount",
    "cap",
    "prorate",
    "bound",
    "round",
    "charged",
]


class StopView(Model, frozen=True, kw_only=True):
    cause: str
    items: list[str]
    reason: str
    since: dt.date
    until: dt.date | None


class StorageView(Model, frozen=True, kw_only=True):
    bytes: Measured
    day_bytes: Measured
    day_files: Measured
    files: Measured
    policy: PolicyRef


class StripeFigureView(Model, frozen=True, kw_only=True):
    at_stripe: MoneyView
    by_transactions: MoneyView


StripeMatchState: TypeAlias = Literal[
    "received", "unexplained", "proposed", "in-transit", "matched", "explained", "arrived", "failed"
]


class StripeReadingView(Model, frozen=True, kw_only=True):
    figures: list[StripeFigureView]
    id: str
    read_at: dt.datetime
    through_at: dt.datetime | None


class StripeReadingViewPage(Model, frozen=True, kw_only=True):
    items: list[StripeReadingView]
    next: str | None


class StripeTransactionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    bank_entry_id: str | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    entry_ids: list[str]
    exchange_rate: str | None
    fee: MoneyView
    id: str
    kind: str
    net: MoneyView
    note: str | None
    owner: str | None
    proposed_by: str | None
    proposed_entry_ids: list[str]
    reason: str | None
    reference: str
    source: str | None
    status: str | None


class StripeTransactionViewPage(Model, frozen=True, kw_only=True):
    items: list[StripeTransactionView]
    next: str | None


class Study(Model, frozen=True, kw_only=True):
    assumptions: list[str] | UnsetType = UNSET
    cost: CostModel | UnsetType | None = UNSET
    currency: str
    guide: GuideModel | UnsetType | None = UNSET
    income: IncomeModel | UnsetType | None = UNSET
    market: MarketModel | UnsetType | None = UNSET
    purpose: str
    single_approach_reason: str | UnsetType | None = UNSET
    value_type: Literal["market-value", "value-in-use", "investment-value", "liquidation-value"]
    weighing: Weighing | UnsetType | None = UNSET


class SubmitDraft(Model, frozen=True, kw_only=True):
    disclosures: Disclosures | UnsetType = UNSET
    scorecard_id: str
    study: Study
    use_until: dt.date | UnsetType | None = UNSET


class SubmitProgram(Model, frozen=True, kw_only=True):
    place: str | UnsetType | None = UNSET
    program: str
    results: list[str]
    revision_id: str | UnsetType | None = UNSET


class SubmitQuote(Model, frozen=True, kw_only=True):
    note: str | UnsetType = UNSET
    terms: Terms


SubscriptionState: TypeAlias = Literal["active", "trialing", "past_due", "suspended", "cancelled", "ended"]


class SubscriptionView(Model, frozen=True, kw_only=True):
    agreement_id: str
    anchor_on: dt.date
    bill_at: dt.datetime | None
    buyer: str
    cancel_at: dt.datetime | None
    collection: str
    currency: str
    end_reason: str | None
    ended_at: dt.datetime | None
    id: str
    order_id: str
    period: int
    period_end: dt.datetime
    period_start: dt.datetime
    plan: Plan
    plan_number: int
    provider: str
    spend_limit: MoneyView | None
    started_at: dt.datetime
    status: str
    trial_ends_at: dt.datetime | None
    zone: str


class SubscriptionViewPage(Model, frozen=True, kw_only=True):
    items: list[SubscriptionView]
    next: str | None


SuccessionState: TypeAlias = Literal["called", "joined", "effective", "refused", "lapsed"]


class SuccessionView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    consumer: str
    content: dict[str, Any]
    created_at: dt.datetime
    digest: str
    document_id: str | None
    due_at: dt.datetime
    effective_at: dt.datetime | None
    end_reason: str | None
    id: str
    mode: str
    signatures: list[JoinderView]
    signing_text: str
    status: str
    transferee: str
    transferor: str


class SuccessionViewPage(Model, frozen=True, kw_only=True):
    items: list[SuccessionView]
    next: str | None


class SuitView(Model, frozen=True, kw_only=True):
    at: dt.datetime
    body: str
    evidence: list[EvidenceFileView]
    kind: str
    reference: str


class SummaryPair(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class SuperviseListing(Model, frozen=True, kw_only=True):
    action: Literal["suspend", "resume", "delist"]
    reason: str


class SupplyMaterials(Model, frozen=True, kw_only=True):
    evidence: list[PieceOfEvidence]


class SuspendAgreement(Model, frozen=True, kw_only=True):
    days: int
    reason: str


class SwingView(Model, frozen=True, kw_only=True):
    down: str
    driver: str
    up: str
    value_down: str
    value_up: str


class TableConversionView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    created_at: dt.datetime
    due_at: dt.datetime | None
    format: str
    id: str
    neutralised: int | None
    order_id: str
    problem: RunProblem | None
    revision_id: str
    rows: int | None
    rows_done: int
    sha256: str | None
    size_bytes: int | None
    source_name: str | None
    source_sha256: str | None
    status: str
    table: str


class TableConversionViewPage(Model, frozen=True, kw_only=True):
    items: list[TableConversionView]
    next: str | None


TableFormat: TypeAlias = Literal["csv", "jsonl", "parquet", "xlsx"]


class TableMarks(Model, frozen=True, kw_only=True):
    columns: list[MarkedColumn]
    omits_one_in: int | UnsetType | None = UNSET
    table: str


class TablePublishedView(Model, frozen=True, kw_only=True):
    files: list[FilePublishedView]
    key: list[str]
    lost_rows: int
    name: str
    rows: int
    schema: dict[str, Any]
    source_name: str
    source_sha256: str
    unread_values: int


class TableScope(Model, frozen=True, kw_only=True):
    columns: list[str]
    rows: Condition | UnsetType | None = UNSET
    table: str


class TakeChannelKey(Model, frozen=True, kw_only=True):
    days: int | UnsetType | None = UNSET
    recipient: str


class TakeOffer(Model, frozen=True, kw_only=True):
    purpose: str
    use_case: str | UnsetType = UNSET


Taxpayer: TypeAlias = Literal["general", "small-scale"]


class TemplateParameter(Model, frozen=True, kw_only=True):
    choices: list[str] | UnsetType | None = UNSET
    kind: str
    least: int | UnsetType | None = UNSET
    most: int | UnsetType | None = UNSET
    name: str


TemplateState: TypeAlias = Literal["drafted", "approved", "withdrawn", "lapsed"]


class TemplateView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    approved_at: dt.datetime | None
    asset_id: str
    caution: Text | None
    content: WriteTemplate
    created_at: dt.datetime
    due_at: dt.datetime | None
    id: str
    sha256: str
    status: str
    withdrawn_at: dt.datetime | None


class TemplateViewPage(Model, frozen=True, kw_only=True):
    items: list[TemplateView]
    next: str | None


class TerminateAgreement(Model, frozen=True, kw_only=True):
    ground: Literal["agreed", "breach", "given-up"]
    obligation_id: str | UnsetType | None = UNSET
    reason: str


TerminationState: TypeAlias = Literal["noticed", "effective", "withdrawn", "refused", "lapsed"]


class TerminationView(Model, frozen=True, kw_only=True):
    agreement_id: str
    allowed_actions: list[str]
    answer: str | None
    by: str
    created_at: dt.datetime
    due_at: dt.datetime
    ground: str
    id: str
    obligation_id: str | None
    order_id: str | None
    reason: str
    status: str


class Terms(Model, frozen=True, kw_only=True):
    clauses: list[ClauseUse] | UnsetType = UNSET
    commissions: list[Commission] | UnsetType = UNSET
    consumer: str | UnsetType | None = UNSET
    delivery: str
    ends_on: dt.date | UnsetType | None = UNSET
    form: str
    listing: str | UnsetType | None = UNSET
    model: str
    policy: UsagePolicy | UnsetType | None = UNSET
    price: OneOff | Free | OnRequest | Plan
    provider: str
    purpose: str | UnsetType | None = UNSET
    service: ServiceLevels | UnsetType = UNSET
    use_case: str | UnsetType = UNSET


class TestAnswer(Model, frozen=True, kw_only=True):
    base64: str | None
    content_type: str | None
    cut: bool
    http_status: int
    left: int
    text: str | None


class TestBadge(Model, frozen=True, kw_only=True):
    conclusion: str
    document_id: str
    id: str
    signed_at: dt.datetime
    tester: str
    tester_name: str
    valid_until: dt.datetime
    words: Text


class TestCall(Model, frozen=True, kw_only=True):
    path: str
    query: str | UnsetType = UNSET


TestState: TypeAlias = Literal[
    "ordered", "declined", "accepted", "measuring", "measured", "signed", "terminated", "revoked", "expired"
]


class TestView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    asset_id: str
    content: dict[str, Any] | None
    created_at: dt.datetime
    digest: str | None
    document_id: str | None
    id: str
    provider: str
    purpose: str
    quality_run_id: str | None
    reason: str | None
    revision_id: str
    sample_minutes: int
    samples: int
    samples_taken: int
    signed_at: dt.datetime | None
    signing_text: str | None
    status: str
    tester: str
    valid_until: dt.datetime | None


class TestViewPage(Model, frozen=True, kw_only=True):
    items: list[TestView]
    next: str | None


class Text(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class Tier(Model, frozen=True, kw_only=True):
    unit_price: str
    up_to: int | UnsetType | None = UNSET


class TitleAnswer(Model, frozen=True, kw_only=True):
    act: str
    asset_id: str
    chain: list[LinkView]
    findings: list[FindingView]
    holder_id: str
    permitted: bool
    terms: dict[str, Any]


class TitlePair(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class TitleThen(Model, frozen=True, kw_only=True):
    certificate_id: str
    entries: list[EntryRef]
    holder: str
    id: str
    rights: list[str]
    state: str


class TitleView(Model, frozen=True, kw_only=True):
    asset_id: str
    at: dt.datetime
    licences: list[GrantView]
    licences_not_shown: int
    made_from: list[LineageView]
    made_into: list[LineageView]
    remarks: list[RemarkView]
    shares: list[ShareView]
    titles: list[GrantView]


class TopUp(Model, frozen=True, kw_only=True):
    amount: MoneyView
    method: Literal["bank_transfer", "card"] | UnsetType = UNSET
    return_url: str | UnsetType | None = UNSET


class TraceResult(Model, frozen=True, kw_only=True):
    alpha: str
    chance_of_any: str | None
    columns_read: list[str]
    deliveries: int
    key_missing: list[str]
    marks_needed: int | None
    marks_seen_most: int
    meaning: Text
    named: list[DeliveryNamed]
    rows_read: int
    rows_told: int
    tried: int
    verdict: str


TraceState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]


class TraceView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    asset_id: str
    created_at: dt.datetime
    data_table: str
    document_id: str | None
    ended_at: dt.datetime | None
    file_id: str
    file_name: str
    file_sha256: str
    file_size_bytes: int
    id: str
    policy: PolicyRef
    problem: RunProblem | None
    requested_by: str
    result: TraceResult | None
    status: str
    steps_done: int
    steps_total: int


class TraceViewPage(Model, frozen=True, kw_only=True):
    items: list[TraceView]
    next: str | None


class TransferInstructions(Model, frozen=True, kw_only=True):
    account_name: str
    account_number: str
    bank: str
    note: str
    reference: str


TransferReversalState: TypeAlias = Literal["begun", "referred", "reversed", "failed"]


class TransferReversalView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    asked: int
    because: str
    created_at: dt.datetime
    due_at: dt.datetime | None
    failure: str | None
    gateway_reference: str | None
    id: str
    party_id: str
    payout_id: str
    status: str


class TransferReversalViewPage(Model, frozen=True, kw_only=True):
    items: list[TransferReversalView]
    next: str | None


TransferState: TypeAlias = Literal["initiated", "requested", "started", "suspended", "completed", "terminated"]


class TransferTitle(Model, frozen=True, kw_only=True):
    basis: str
    consents: list[str] | UnsetType = UNSET
    transferee_id: str
    transferor_id: str


TreatmentState: TypeAlias = Literal["queued", "running", "succeeded", "failed"]


class Trial(Model, frozen=True, kw_only=True, tag_field="kind", tag="trial"):
    days: int | UnsetType | None = UNSET
    meter: str | UnsetType | None = UNSET
    name: str
    units: int | UnsetType | None = UNSET


class TrialBalanceView(Model, frozen=True, kw_only=True):
    credits_minor: int
    currency: str
    debits_minor: int
    difference_minor: int


class TrialView(Model, frozen=True, kw_only=True):
    charges: list[DatedChargeView]
    ends_at: dt.datetime | None
    units: int | None


Trigger: TypeAlias = Literal[
    "in-force",
    "invoice",
    "received",
    "delivered",
    "accepted",
    "found",
    "notice",
    "request",
    "period",
    "stage",
    "concluded",
    "price-change",
    "end",
]


class Unsupported(Model, frozen=True, kw_only=True):
    appraisal_id: str
    confidence: str
    evidence: str
    path: str
    source: str
    standing: str
    value: str
    valuer: str
    why: str


class UnsupportedInputs(Model, frozen=True, kw_only=True):
    items: list[Unsupported]
    next: str | None
    not_looked_into: int


class UpcomingBill(Model, frozen=True, kw_only=True):
    bill_at: dt.datetime | None
    lines: list[BillLineView]
    subscription_id: str
    total: MoneyView


class UpstreamCredential(Model, frozen=True, kw_only=True):
    header: str
    value: str


class UsageEventView(Model, frozen=True, kw_only=True):
    corrects: str | None
    digest: str
    event_id: str
    failure: str | None
    hold_until: dt.datetime | None
    late: bool
    meter: str
    occurred_at: dt.datetime
    period_start: dt.datetime
    quantity: int
    reason: str
    received_at: dt.datetime
    source: str
    state: str
    subject: str | None
    subscription_id: str


class UsageEventViewPage(Model, frozen=True, kw_only=True):
    items: list[UsageEventView]
    next: str | None


class UsagePolicy(Model, frozen=True, kw_only=True):
    asset: str
    duties: list[Duty] | UnsetType = UNSET
    exclusivity: str | UnsetType = UNSET
    marks: list[TableMarks] | UnsetType = UNSET
    permissions: list[Permission]
    prohibitions: list[Prohibition] | UnsetType = UNSET
    revisions: list[str] | UnsetType = UNSET
    scope: list[TableScope] | UnsetType = UNSET
    vocabulary: str


class UsageView(Model, frozen=True, kw_only=True):
    lines: list[BillLineView]
    meters: list[MeterUsage]
    period: int
    period_end: dt.datetime
    period_start: dt.datetime
    subscription_id: str
    total: MoneyView


class Use(Model, frozen=True, kw_only=True):
    occurred_at: dt.datetime | UnsetType | None = UNSET
    quantity: int
    subject: str | UnsetType = UNSET


class UseResult(Model, frozen=True, kw_only=True):
    event_id: str
    outcome: str
    reason: str
    state: str


class UseView(Model, frozen=True, kw_only=True):
    created_at: dt.datetime
    description: str
    ended_at: dt.datetime
    environment: str
    id: str
    result_sha256: str
    rows: int | None
    started_at: dt.datetime


class UsedView(Model, frozen=True, kw_only=True):
    digest: str
    meter: str
    period_start: dt.datetime
    quantity: int


class ValuePortfolio(Model, frozen=True, kw_only=True):
    assets: list[PortfolioAsset]
    base_date: dt.date
    correlation: Correlation
    currency: str
    name: str
    overlap: Parameter
    previous_id: str | UnsetType | None = UNSET
    upstream_share: Parameter
    use_until: dt.date | UnsetType | None = UNSET


class ValuedAt(Model, frozen=True, kw_only=True):
    appraisal_id: str
    approach: str
    base_date: dt.date
    high: MoneyView
    low: MoneyView
    standing: str
    value: MoneyView


class ValuerView(Model, frozen=True, kw_only=True):
    name: str
    part: str
    practitioner_id: str
    registration_number: str


Verdict: TypeAlias = Literal["named", "nobody", "not-enough"]


class VerificationView(Model, frozen=True, kw_only=True):
    checks: list[CheckView]
    holds: bool
    kind: str
    sha256: str
    subject: str


class VerifyDataspaceAgreement(Model, frozen=True, kw_only=True):
    signature: str | UnsetType | None = UNSET
    signing_key_id: str | UnsetType | None = UNSET


class VersionView(Model, frozen=True, kw_only=True):
    changes: Comparison | None
    content_sha256: str
    dimensions: list[DimensionView]
    freshness_at: dt.datetime | None
    grade: str
    number: int
    released_at: dt.datetime | None
    revision_id: str
    row_count: int
    score: str
    scorecard_id: str
    scored_at: dt.datetime
    size_bytes: int


class ViolationView(Model, frozen=True, kw_only=True):
    dimension: str
    held: list[str]
    wanted: list[str]


class VoidSlip(Model, frozen=True, kw_only=True):
    code: Literal["10", "11", "12", "13"]


class Volume(Model, frozen=True, kw_only=True, tag_field="kind", tag="volume"):
    tiers: list[Tier]


class Wacc(Model, frozen=True, kw_only=True, tag_field="by", tag="wacc"):
    cost_of_debt: Parameter
    debt_weight: Parameter
    equity: Capm
    equity_weight: Parameter
    tax_rate: Parameter


class WaiveObligation(Model, frozen=True, kw_only=True):
    reason: str


class Want(Model, frozen=True, kw_only=True):
    actions: list[str]
    budget: MoneyView | UnsetType | None = UNSET
    delivery: str | UnsetType | None = UNSET
    description: str | UnsetType = UNSET
    fields: list[str] | UnsetType = UNSET
    freshness_days_max: int | UnsetType | None = UNSET
    level_max: str | UnsetType = UNSET
    purpose: str
    quality_min: int | UnsetType | None = UNSET
    territory: list[str]
    title: str
    use_case: str | UnsetType = UNSET
    words: str


class Wara(Model, frozen=True, kw_only=True, tag_field="by", tag="wara"):
    assets: dict[str, WeighedAsset]
    data_weight: Parameter
    wacc: Wacc


class WebhookAnswer(Model, frozen=True, kw_only=True):
    outcome: str


class WebhookDeliveryView(Model, frozen=True, kw_only=True):
    attempts: int
    delivered_at: dt.datetime | None
    entry_id: str
    index: int
    kind: str
    last_failure: str | None
    last_status: int | None
    next_attempt_at: dt.datetime | None
    state: str


class WebhookDeliveryViewPage(Model, frozen=True, kw_only=True):
    items: list[WebhookDeliveryView]
    next: str | None


WebhookState: TypeAlias = Literal["active", "disabled"]


class WebhookTestView(Model, frozen=True, kw_only=True):
    entry_id: str


class WebhookView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    created_at: dt.datetime
    cursor: int
    failing_since: dt.datetime | None
    id: str
    kinds: list[str]
    status: str
    url: str


class WeighedAsset(Model, frozen=True, kw_only=True):
    rate: Parameter
    weight: Parameter


class Weighing(Model, frozen=True, kw_only=True):
    gap_reason: str | UnsetType | None = UNSET
    judgements: list[Judgement] | UnsetType = UNSET
    reason: str
    weights: dict[str, Parameter] | UnsetType | None = UNSET


class WhatIf(Model, frozen=True, kw_only=True):
    overlay: dict[str, str]


class WhatIfView(Model, frozen=True, kw_only=True):
    appraisal: dict[str, Any]
    high: MoneyView
    low: MoneyView
    stored: MoneyView
    value: MoneyView


class WhoAmI(Model, frozen=True, kw_only=True):
    key: KeyView
    party: PartyView
    permissions: list[str]
    roles: list[str]


WindowState: TypeAlias = Literal["open", "met", "breached", "not_assessed", "credited"]


class WithdrawComplaint(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawNotice(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawObjection(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawOffer(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawQuote(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawRatingText(Model, frozen=True, kw_only=True):
    reason: str


class WithdrawRegistration(Model, frozen=True, kw_only=True):
    reason: str


class WithheldShareView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    asset_id: str | None
    basis: str
    created_at: dt.datetime
    decision_basis: str | None
    due_at: dt.datetime
    ground: str
    held: MoneyView
    id: str
    order_id: str
    party_id: str
    redirected_to: str | None
    reference: str | None
    status: str


class WithheldShareViewPage(Model, frozen=True, kw_only=True):
    items: list[WithheldShareView]
    next: str | None


WithheldState: TypeAlias = Literal["ordered", "held", "lifted", "released", "redirected", "refunded"]


class WithholdShare(Model, frozen=True, kw_only=True):
    basis: str
    party_id: str


class WitnessView(Model, frozen=True, kw_only=True):
    fault: str | None
    name: str
    size: int | None
    told: bool
    told_at: dt.datetime | None
    verifier_key: str


class WitnessesView(Model, frozen=True, kw_only=True):
    items: list[WitnessView]


class Words(Model, frozen=True, kw_only=True):
    en: str
    zh: str


class WrappingKeysView(Model, frozen=True, kw_only=True):
    current: str
    destroyed: dict[str, dt.datetime]
    policy: PolicyRef
    versions: dict[str, dt.datetime]


class WriteOff(Model, frozen=True, kw_only=True):
    reason: str


WriteOffState: TypeAlias = Literal["proposed", "written_off", "refused", "lapsed"]


class WriteOffView(Model, frozen=True, kw_only=True):
    allowed_actions: list[str]
    amount: MoneyView
    created_at: dt.datetime
    decision_reason: str | None
    due_at: dt.datetime | None
    id: str
    party_id: str
    reason: str
    status: str


class WriteOffViewPage(Model, frozen=True, kw_only=True):
    items: list[WriteOffView]
    next: str | None


class WriteTemplate(Model, frozen=True, kw_only=True):
    file: str
    name_en: str
    name_zh: str
    parameters: list[TemplateParameter]
    release: str
    rows_max: int
    runs_max: int
    sql: str
    units_column: str | UnsetType | None = UNSET
    units_min: int | UnsetType | None = UNSET


class YearsView(Model, frozen=True, kw_only=True):
    by: int
    driver: str
    refused: list[Text]
    value: str | None
    years: str


class dateFigure(Model, frozen=True, kw_only=True):
    """最早时间 · the earliest day in the data"""

    basis: str
    computed: dt.date | None
    declared: dt.date | None
    differs: bool
    words: Text


class intFigure(Model, frozen=True, kw_only=True):
    """记录数 · records"""

    basis: str
    computed: int | None
    declared: int | None
    differs: bool
    words: Text
