"""Refusals around an organisation's people."""

from kernel.errors import Conflict, Forbidden, InvalidInput, Unprocessable
from kernel.text import Text


class AdministratorOnly(Forbidden):
    """Members are invited, changed and removed by administrators and by the party's managing key."""

    title = Text("仅限管理员", "Administrators only")
    detail = Text(
        "成员的邀请、变更与移除由本单位管理员，或以本单位的管理密钥（首个密钥或其续签的密钥）办理；请联系本单位管理员。",
        "Members are invited, changed and removed by an administrator of your organisation, or with its managing key:"
        " its first one, or what took that one's place. Ask an administrator.",
    )
    rule = "LT-MEM-01"


class MemberFaulty(InvalidInput):
    """Names, address or roles of a member cannot be taken; every fault is named."""

    title = Text("成员信息有误", "What is said of the member has faults")


class MemberBeyondAuthority(Unprocessable):
    """Nobody changes or lets in anew whoever may do more than they may themselves."""

    title = Text("超出您的授权", "Beyond your authority")
    detail = Text(
        "该成员具有超出您授权的角色：{roles}；可管理的角色：{allowed}。",
        "The member holds roles beyond yours: {roles}; you may manage {allowed}.",
    )
    rule = "LT-MEM-01"


class MemberExists(Conflict):
    """The address is a member's of the organisation already."""

    title = Text("该邮箱已是本单位成员", "This address is a member's already")
    detail = Text("请改用其他邮箱，或变更现有成员的角色。", "Use another one, or change the member's roles.")
    rule = "LT-MEM-02"


class MembersFull(Conflict):
    """The organisation has as many members or open invitations as there may be."""

    title = Text("数量已达上限", "There are as many as there may be")
    detail = Text(
        "成员至多 {members} 人，未接受的邀请至多 {invitations} 份；请先移除或撤回不再需要的。",
        "There may be {members} members and {invitations} open invitations; remove or withdraw what is not needed.",
    )
    rule = "LT-MEM-02"


class InvitationVoid(Unprocessable):
    """The invitation is unknown, used, withdrawn or too old; which of them is not told."""

    title = Text("邀请不可用", "The invitation cannot be used")
    detail = Text(
        "邀请不存在、已使用、已撤回或已过期；请向邀请您的单位索取新的邀请。",
        "It is unknown, used, withdrawn or too old; ask the organisation that invited you for another.",
    )
    rule = "LT-MEM-02"


class LastAdministrator(Conflict):
    """An organisation keeps an administrator among its members."""

    title = Text("须保留一名管理员", "One administrator must stay")
    detail = Text(
        "这是本单位最后一名管理员；请先让另一名成员成为管理员。",
        "It is the last administrator of the organisation; make another member one first.",
    )
    rule = "LT-MEM-03"
