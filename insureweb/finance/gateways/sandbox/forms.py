"""The sandbox's own switches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from insureweb.finance.gateways.sandbox.models import Behaviour, Operation

AT_CASHIER = [
    (Behaviour.NORMAL, _("Tell the shop at once")),
    (Behaviour.DELAY, _("Tell the shop 20 seconds later")),
    (Behaviour.REPEAT, _("Tell the shop three times")),
    (Behaviour.FAIL, _("Let the payment fail")),
    (Behaviour.FORGE, _("Sign the message with a wrong key")),
    (Behaviour.WRONG_AMOUNT, _("Take one cent less")),
    (Behaviour.LOST_ANSWER, _("Take the money, tell nobody")),
]
IN_CALLS = [
    (Behaviour.NORMAL, _("Answer as it should")),
    (Behaviour.DELAY, _("Say “under way” for 20 seconds")),
    (Behaviour.FAIL, _("Turn the request down")),
    (Behaviour.FORGE, _("Sign the answer with a wrong key")),
    (Behaviour.LOST_ANSWER, _("Do it, but break the connection")),
]


class PayForm(forms.Form):
    behaviour = forms.ChoiceField(choices=AT_CASHIER, required=False, initial=Behaviour.NORMAL)

    def clean_behaviour(self) -> Behaviour:
        return Behaviour(self.cleaned_data["behaviour"] or Behaviour.NORMAL)


class SwitchForm(forms.Form):
    operation = forms.ChoiceField(choices=Operation.choices)
    behaviour = forms.ChoiceField(choices=IN_CALLS)
